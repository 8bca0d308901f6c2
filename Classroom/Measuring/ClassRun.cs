using System.Diagnostics;

namespace Classroom;

/// <summary>
/// A minute of a class, in which one writes at even distances and the others read: what the reading costs. It may pass
/// faster, with all pauses shorter to the same degree; what is counted is then the same, and delays are as much
/// shorter.
/// </summary>
sealed class ClassRun
{
    /// <summary>A message every 3 s.</summary>
    const int BusyMessages = 20;

    const int QuietMessages = 1;

    readonly StepSetup setup;
    readonly MeasuringPlan plan;
    readonly TimeSpan minute;
    readonly List<string> written = [];

    ClassRun(StepSetup setup, MeasuringPlan plan)
    {
        this.setup = setup;
        this.plan = plan;
        minute = TimeSpan.FromMinutes(1) / plan.ClassSpeed;
    }

    Technique Technique => setup.Technique;

    public static async Task<StepFigures> MeasureAsync(
        StepFigures figures, MeasuringPlan plan, CancellationToken cancellation)
    {
        await using var setup = await StepSetup.StartAsync(
            figures.Technique, plan.ClassSpeed, plan.StandIn, cancellation);
        return await new ClassRun(setup, plan).MeasureAsync(figures, cancellation);
    }

    async Task<StepFigures> MeasureAsync(StepFigures figures, CancellationToken cancellation)
    {
        var options = MeasuringPlan.TimesOf(plan.ClassSpeed);
        await using var writer = Student.Create(Technique, setup.Server, "Writer", options with
        {
            Pause = StudentOptions.Never,
            SendTo = setup.ServerToWrite,
        });
        writer.Start();
        await writer.Connected.WaitAsync(cancellation);
        // So that the first who comes finds a server that is compiled, and asks as soon as the others.
        await WriteAsync(writer, cancellation);
        await setup.WaitUntilIdleAsync(cancellation);
        await using var readers = await Audience.SeatEvenlyAsync(
            Technique,
            setup.Address,
            Audience.Names(plan.Students),
            options,
            Technique.Reading == Reading.Reload ? options.Reload : options.Poll,
            cancellation);
        // The lists of who is online belong to sitting down, and not to reading.
        await Task.Delay(TimeSpan.FromSeconds(0.5), cancellation);

        // Until each has asked in the midst of a chat.
        await WriteAsync(writer, BusyMessages / 5, minute / 5, cancellation);
        var busy = await MeasureMinuteAsync(readers, writer, BusyMessages, cancellation);
        await Audience.ReceiveAsync(readers.Students, written.Count, plan.Patience, cancellation);
        var texts = written.TakeLast(BusyMessages).ToArray();
        var quiet = await MeasureMinuteAsync(readers, writer, QuietMessages, cancellation);
        await Audience.ReceiveAsync(readers.Students, written.Count, plan.Patience, cancellation);
        var measured = figures with
        {
            Busy = busy,
            Quiet = quiet,
            Mistakes = figures.Mistakes + Mistakes.Of(readers.Students, written),
        };
        if (Technique.DeliversAtOnce)
        {
            return measured;
        }
        var rounds = texts.Chunk(BusyMessages / plan.Rounds);
        return Delays.Add(measured, [.. rounds.Select(round => DelaysOf(readers, round))]);
    }

    async Task<ClassFigures> MeasureMinuteAsync(
        Audience readers, Student writer, int messages, CancellationToken cancellation)
    {
        var before = Count.Of(setup, readers.Students);
        await WriteAsync(writer, messages, minute, cancellation);
        var count = Count.Of(setup, readers.Students) - before;
        return new(
            Figure.Exactly((double)count.Requests / plan.Students),
            Figure.Exactly(count.Answers == 0 ? 0 : 100.0 * count.Empty / count.Answers),
            Figure.Exactly((double)count.Bytes / plan.Students));
    }

    /// <summary>Writes at even distances over a time.</summary>
    async Task WriteAsync(Student writer, int messages, TimeSpan time, CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        for (var message = 0; message < messages; message++)
        {
            // Not in the middle: a hold of 30 s that begins there would end with the minute.
            await Pace.UntilAsync(started, (message + 0.25) * time / messages, cancellation);
            await WriteAsync(writer, cancellation);
        }
        await Pace.UntilAsync(started, time, cancellation);
    }

    async Task WriteAsync(Student writer, CancellationToken cancellation)
    {
        written.Add($"This is message number {written.Count + 1} to all of you.");
        await writer.SendAsync(written[^1], cancellation);
    }

    /// <summary>As late as they would be at the usual speed.</summary>
    double[] DelaysOf(Audience readers, string[] texts) =>
        [.. readers.DelaysOf(texts).Select(delay => delay * plan.ClassSpeed)];
}
