namespace Classroom;

/// <summary>A row of the table: one figure of each step.</summary>
/// <param name="Key">Its name in JSON.</param>
/// <param name="Name">Its name in the table.</param>
/// <param name="Write">Writes a value for people.</param>
/// <param name="Sentence">What it is.</param>
sealed record FigureRow(string Key, string Name, Func<double, string> Write, string Sentence)
{
    /// <summary>The median of the rounds; null where the step has none.</summary>
    public double? MedianOf(StepFigures step) =>
        step.Figures.TryGetValue(Key, out var rounds) ? StepFigures.Percentile(rounds, 0.5) : null;

    /// <summary>The median for people; "–" where the step has none.</summary>
    public string Median(StepFigures step) => MedianOf(step) is { } median ? Write(median) : "–";

    /// <summary>"35–41 µs"; empty where the rounds do not differ in what is written.</summary>
    public string Range(StepFigures step)
    {
        if (!step.Figures.TryGetValue(Key, out var rounds))
        {
            return "";
        }
        var (least, most) = (Write(rounds.Min()), Write(rounds.Max()));
        if (least == most)
        {
            return "";
        }
        if (least.StartsWith("below", StringComparison.Ordinal))
        {
            return $"up to {most}";
        }
        // "3–9 ms", but "900 µs–1.2 ms".
        var unit = string.Concat(most.SkipWhile(letter => letter != ' '));
        return least.EndsWith(unit, StringComparison.Ordinal)
            ? $"{least[..^unit.Length]}–{most}"
            : $"{least}–{most}";
    }
}
