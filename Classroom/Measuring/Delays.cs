namespace Classroom;

static class Delays
{
    /// <summary>Adds the three figures about delays.</summary>
    /// <param name="figures">What is known already.</param>
    /// <param name="rounds">The delays of each round, in milliseconds.</param>
    public static StepFigures Add(StepFigures figures, IReadOnlyList<double[]> rounds)
    {
        var sorted = rounds.Where(round => round.Length > 0).Select(round => round.Order().ToArray()).ToArray();
        if (sorted.Length == 0)
        {
            return figures;
        }
        return figures with { DelayMedian = FigureOf(0.5), Delay99 = FigureOf(0.99), DelayWorst = FigureOf(1) };

        Figure FigureOf(double share) => new([.. sorted.Select(round => Statistics.Percentile(round, share))]);
    }
}
