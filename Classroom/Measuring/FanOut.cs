namespace Classroom;

/// <summary>
/// To deliver, timed: a class reads, one writes a message, waits until all have it, and writes the next one at once.
/// No wire is between.
/// </summary>
sealed class FanOut(StepSetup setup, MeasuringPlan plan)
{
    readonly List<string> written = [];

    Technique Technique => setup.Technique;

    /// <summary>In 01 each reload brings the whole chat again, which is to stay short.</summary>
    int Messages => Technique.Reading == Reading.Reload ? plan.ReloadsPerRound : plan.MessagesPerRound;

    public static async Task<StepFigures> MeasureAsync(
        StepFigures figures, MeasuringPlan plan, CancellationToken cancellation)
    {
        await using var setup = await plan.StartTimedAsync(figures.Technique, 1, cancellation);
        return await new FanOut(setup, plan).MeasureAsync(figures, cancellation);
    }

    async Task<StepFigures> MeasureAsync(StepFigures figures, CancellationToken cancellation)
    {
        // In 01 and 02 a student looks when told to, so that no look is in vain.
        var looks = Enumerable.Range(0, plan.Students).Select(_ => new SemaphoreSlim(0)).ToArray();
        await using var readers = await Audience.SeatAsync(
            Technique,
            setup.Server,
            Audience.Names(plan.Students),
            student => new() { Pause = looks[student].WaitAsync },
            cancellation);
        await using var writer = Student.Create(Technique, setup.Server, "Writer", new()
        {
            SendTo = setup.ServerToWrite,
            Pause = StudentOptions.Never,
        });
        writer.Start();
        await writer.Connected.WaitAsync(cancellation);

        // Uncounted: all code has run then, and the server has asked for its memory.
        await RoundAsync();
        await setup.WaitUntilIdleAsync(cancellation);

        List<double> cpu = [];
        List<double[]> delays = [];
        for (var round = 0; round < plan.Rounds; round++)
        {
            var first = written.Count;
            var before = setup.CpuTime;
            await RoundAsync();
            var used = setup.CpuTime - before;
            cpu.Add(used.TotalMilliseconds / (written.Count - first) / plan.Students);
            delays.Add(readers.DelaysOf(written[first..]));
        }
        var measured = figures with
        {
            DeliverCpu = new(cpu),
            Mistakes = figures.Mistakes + Mistakes.Of(readers.Students, written),
        };
        return Technique.DeliversAtOnce ? Delays.Add(measured, delays) : measured;

        async Task RoundAsync()
        {
            for (var message = 0; message < Messages; message++)
            {
                written.Add($"This is message number {written.Count + 1} to all of you.");
                await writer.SendAsync(written[^1], cancellation);
                Array.ForEach(looks, look => look.Release());
                if (!await Audience.ReceiveAsync(readers.Students, written.Count, plan.Patience, cancellation))
                {
                    return;
                }
            }
        }
    }
}
