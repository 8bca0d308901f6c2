namespace Classroom;

/// <summary>
/// Measures steps: first all at once what takes time and no strength, which is two small classes and silence; then one
/// after the other what needs the machine for itself.
/// </summary>
sealed class Comparison(IReadOnlyList<Technique> techniques, MeasuringPlan plan, Progress progress)
{
    /// <summary>About how long it takes on two cores.</summary>
    public TimeSpan Estimate => plan.TakesTogether + plan.TakesAlone * techniques.Count;

    public async Task<IReadOnlyList<StepFigures>> RunAsync(CancellationToken cancellation)
    {
        var figures = await MeasureTogetherAsync(cancellation);
        var options = new ParallelOptions
        {
            MaxDegreeOfParallelism = plan.StepsAtOnce,
            CancellationToken = cancellation,
        };
        await Parallel.ForAsync(0, figures.Length, options, async (i, stop) =>
        {
            var left = plan.TakesAlone * (figures.Length - i);
            figures[i] = await MeasureAloneAsync(figures[i], left, stop);
        });
        // What an idle connection holds in one and the same program is measured once.
        return
        [
            .. figures.Select(step => step with
            {
                HeldBytes = figures.First(other => other.Technique == FirstOfServer(step.Technique)).HeldBytes,
            }),
        ];
    }

    async Task<StepFigures[]> MeasureTogetherAsync(CancellationToken cancellation)
    {
        var silences = techniques.Select(technique => new Silence(technique, plan)).ToArray();
        try
        {
            Report("all steps: servers without a client", Estimate);
            await Task.WhenAll(silences.Select(silence => silence.StartAsync(cancellation)));
            await Task.WhenAll(silences.Select(silence => silence.MeasureEmptyAsync(cancellation)));
            Report($"all steps: a busy class and a quiet one, {plan.Students} students each", Estimate);
            // The classes are over before the silence begins: the silent take as long to come as they are silent then.
            var classes = Task.WhenAll(techniques.Select(technique =>
                ClassRun.MeasureAsync(new StepFigures(technique.Folder), plan, cancellation)));
            await Task.WhenAll([classes, .. silences.Select(silence => silence.SeatAsync(cancellation))]);
            Report($"all steps: {plan.Silent} clients each, and nobody writes", Estimate - plan.TakesTogether / 2);
            return await Task.WhenAll((await classes).Zip(silences, (figures, silence) =>
                silence.MeasureAsync(figures, cancellation)));
        }
        finally
        {
            await Task.WhenAll(silences.Select(silence => silence.DisposeAsync().AsTask()));
        }
    }

    async Task<StepFigures> MeasureAloneAsync(
        StepFigures figures, TimeSpan left, CancellationToken cancellation)
    {
        var technique = figures.Technique;
        Report($"{technique}: one client, and one message", left);
        figures = await SingleClient.MeasureAsync(figures, plan, cancellation);
        Report($"{technique}: many messages to {plan.Students} clients", left);
        figures = await FanOut.MeasureAsync(figures, plan, cancellation);
        if (FirstOfServer(technique) != technique)
        {
            return figures;
        }
        Report($"{technique}: the memory of {plan.Crowd} clients", left);
        return await Crowd.MeasureAsync(figures, plan, cancellation);
    }

    /// <summary>The first of those that run one and the same program.</summary>
    Technique FirstOfServer(Technique technique) =>
        techniques.First(other => Repository.HaveSameServer(other, technique));

    void Report(string phase, TimeSpan left) =>
        progress.Report(phase, $"(about {Math.Ceiling(left.TotalSeconds / 5) * 5:0} s left)");
}
