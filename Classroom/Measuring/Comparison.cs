namespace Classroom;

/// <summary>
/// Measures steps: first all at once what is counted or takes time and no strength, which is one client, two small
/// classes and silence; then one after the other what needs the machine for itself.
/// </summary>
sealed class Comparison(IReadOnlyList<Technique> techniques, MeasuringPlan plan, Progress progress)
{
    /// <summary>About how long it takes on two cores.</summary>
    public TimeSpan Estimate => plan.TakesTogether + (plan.TakesFanOut + plan.TakesCrowd) * techniques.Count;

    public async Task<IReadOnlyList<StepFigures>> RunAsync(CancellationToken cancellation)
    {
        var figures = await MeasureTimedAsync(cancellation);
        // What an idle connection holds in one and the same program is measured once.
        var different = figures.Where(step => FirstOfServer(step.Technique) == step.Technique).ToArray();
        Report($"all steps: the memory of {plan.Crowd} clients each", plan.TakesCrowd * different.Length);
        await EachAsync(plan.UntimedAtOnce, different.Length, cancellation, async (i, stop) =>
        {
            await using var setup = await plan.StartAsync(different[i].Technique, 1, stop);
            different[i] = await Crowd.MeasureAsync(different[i], setup, plan, stop);
        });
        return
        [
            .. figures.Select(step => step with
            {
                HeldBytes = different.First(other => other.Technique == FirstOfServer(step.Technique)).HeldBytes,
            }),
        ];
    }

    /// <summary>All for which servers are needed whose processor's time counts: one of each step.</summary>
    async Task<StepFigures[]> MeasureTimedAsync(CancellationToken cancellation)
    {
        Report("all steps: one client, and one message", Estimate);
        var starting = techniques
            .Select(technique => plan.StartTimedAsync(technique, plan.SilenceSpeed, cancellation))
            .ToArray();
        try
        {
            var singles = Task.WhenAll(techniques.Select(technique =>
                SingleClient.MeasureAsync(new(technique.Folder), plan, cancellation)));
            await Task.WhenAll([singles, .. starting]);
            var setups = await Task.WhenAll(starting);
            var figures = await MeasureTogetherAsync(setups, await singles, cancellation);
            return await DeliverAsync(setups, figures, cancellation);
        }
        finally
        {
            var started = starting.Where(setup => setup.IsCompletedSuccessfully);
            await Task.WhenAll(started.Select(setup => setup.Result.DisposeAsync().AsTask()));
        }
    }

    async Task<StepFigures[]> MeasureTogetherAsync(
        StepSetup[] setups, StepFigures[] singles, CancellationToken cancellation)
    {
        var silences = setups
            .Where(setup => Silence.IsPossible(setup.Technique, plan))
            .ToDictionary(setup => setup.Technique, setup => new Silence(setup, plan));
        try
        {
            Report("all steps: servers without a client", Estimate - plan.TakesTogether / 8);
            await Task.WhenAll(silences.Values.Select(silence => silence.MeasureEmptyAsync(cancellation)));
            var students = Number.Plural(plan.Students, "student");
            Report($"all steps: a busy class and a quiet one, {students} each", Estimate - plan.TakesTogether / 6);
            // At the usual speed of silence the classes are over before the silent are all there.
            var classes = Task.WhenAll(singles.Select(figures => ClassRun.MeasureAsync(figures, plan, cancellation)));
            var kept = Task.WhenAll(silences.Values.Select(silence => silence.MeasureAsync(cancellation)));
            await Task.WhenAny(classes, kept);
            Report($"all steps: {plan.Silent} clients each, and nobody writes", Estimate - plan.TakesTogether * 0.6);
            await Task.WhenAll(classes, kept);
            return
            [
                .. (await classes).Select(figures => silences.TryGetValue(figures.Technique, out var silence)
                    ? silence.AddTo(figures)
                    : figures),
            ];
        }
        finally
        {
            await Task.WhenAll(silences.Values.Select(silence => silence.DisposeAsync().AsTask()));
        }
    }

    /// <summary>
    /// The steps in turn, round by round: what else the machine does for some seconds is in one round of each step, and
    /// not in all rounds of one.
    /// </summary>
    async Task<StepFigures[]> DeliverAsync(
        StepSetup[] setups, StepFigures[] figures, CancellationToken cancellation)
    {
        var takesCrowds = plan.TakesCrowd * techniques.Count;
        var classes = setups.Select(setup => new FanOut(setup, plan)).ToArray();
        try
        {
            var name = $"many messages to {Number.Plural(plan.Students, "client")}";
            Report($"each step: {name}", plan.TakesFanOut * techniques.Count + takesCrowds);
            await EachAsync(plan.UntimedAtOnce, classes.Length, cancellation, (i, stop) => classes[i].StartAsync(stop));
            for (var round = 1; round <= plan.Rounds; round++)
            {
                var left = plan.TakesRound * (plan.Rounds + 1 - round) * techniques.Count;
                Report($"each step: {name}, round {round} of {plan.Rounds}", left + takesCrowds);
                await EachAsync(
                    plan.StepsAtOnce, classes.Length, cancellation, (i, stop) => classes[i].MeasureRoundAsync(stop));
            }
            return [.. figures.Zip(classes, (step, fanOut) => fanOut.AddTo(step))];
        }
        finally
        {
            await Task.WhenAll(classes.Select(fanOut => fanOut.DisposeAsync().AsTask()));
        }
    }

    /// <summary>Does something for each index, in order, for so many at a time.</summary>
    static Task EachAsync(
        int atOnce, int count, CancellationToken cancellation, Func<int, CancellationToken, Task> action)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = atOnce, CancellationToken = cancellation };
        return Parallel.ForAsync(0, count, options, async (i, stop) => await action(i, stop));
    }

    /// <summary>The first of those that run one and the same program.</summary>
    Technique FirstOfServer(Technique technique) =>
        techniques.First(other => Repository.HaveSameServer(other, technique));

    void Report(string phase, TimeSpan left) =>
        progress.Report(phase, $"(about {Math.Ceiling(left.TotalSeconds / 5) * 5:0} s left)");
}
