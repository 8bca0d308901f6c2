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

    /// <summary>A server of 06 tells its clients of a webhook 250 ms later.</summary>
    static readonly TimeSpan WebhooksTold = TimeSpan.FromMilliseconds(300);

    /// <summary>So many names a list of who is online holds at most.</summary>
    const int MostUsers = 500;

    readonly StepSetup setup;
    readonly MeasuringPlan plan;
    readonly Func<TimeProvider> clocks;
    readonly TimeProvider clock;
    readonly TimeSpan minute;
    readonly List<string> written = [];

    ClassRun(StepSetup setup, MeasuringPlan plan)
    {
        this.setup = setup;
        this.plan = plan;
        clocks = plan.ClassClocks(setup.Technique);
        clock = clocks();
        minute = TimeSpan.FromMinutes(1) / plan.ClassSpeed;
    }

    Technique Technique => setup.Technique;

    public static async Task<StepFigures> MeasureAsync(
        StepFigures figures, MeasuringPlan plan, CancellationToken cancellation)
    {
        await using var setup = await plan.StartCountedAsync(figures.Technique, plan.ClassSpeed, cancellation);
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
        var pause = Technique.Reading == Reading.Reload ? options.Reload : options.Poll;
        await using var readers = await Audience.SeatEvenlyAsync(
            Technique,
            setup.Address,
            Audience.Names(plan.Students),
            () => Technique.DeliversAtOnce ? options : options with { Clock = clocks() },
            clock,
            pause,
            cancellation);
        // The lists of who is online belong to sitting down, and not to reading.
        await WaitForUsersAsync(readers, cancellation);
        await Task.Delay(pause / 10, clock, cancellation);

        // Until each has asked in the midst of a chat.
        await WriteAsync(readers, writer, BusyMessages / 5, minute / 5, cancellation);
        var busy = await MeasureMinuteAsync(readers, writer, BusyMessages, cancellation);
        await ReceiveAsync();
        var texts = written.TakeLast(BusyMessages).ToArray();
        var quiet = await MeasureMinuteAsync(readers, writer, QuietMessages, cancellation);
        await ReceiveAsync();
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

        // Who asks by the clock has everything when each has asked once more.
        async Task ReceiveAsync()
        {
            await Task.Delay(Technique.DeliversAtOnce ? TimeSpan.Zero : pause, clock, cancellation);
            await Audience.ReceiveAsync(readers.Students, written.Count, plan.Patience, cancellation);
        }
    }

    /// <summary>Waits until each reader knows all who are online, where that is told.</summary>
    async Task WaitForUsersAsync(Audience readers, CancellationToken cancellation)
    {
        var users = Math.Min(plan.Students + 1, MostUsers);
        while (Technique.HasPresence && readers.Students.Any(reader => reader.Users.Count < users))
        {
            await Task.Delay(10, cancellation);
        }
    }

    async Task<ClassFigures> MeasureMinuteAsync(
        Audience readers, Student writer, int messages, CancellationToken cancellation)
    {
        var before = Count.Of(setup, readers.Students);
        await WriteAsync(readers, writer, messages, minute, cancellation);
        if (Technique.HasWebhooks)
        {
            await Task.Delay(WebhooksTold, cancellation);
        }
        var count = Count.Of(setup, readers.Students) - before;
        return new(
            Figure.Exactly((double)count.Requests / plan.Students),
            Figure.Exactly(count.Answers == 0 ? 0 : 100.0 * count.Empty / count.Answers),
            Figure.Exactly((double)count.Bytes / plan.Students));
    }

    /// <summary>Writes at even distances over a time.</summary>
    async Task WriteAsync(
        Audience readers, Student writer, int messages, TimeSpan time, CancellationToken cancellation)
    {
        var started = clock.GetTimestamp();
        for (var message = 0; message < messages; message++)
        {
            // Not in the middle: a hold of 30 s that begins there would end with the minute.
            await Pace.UntilAsync(clock, started, (message + 0.25) * time / messages, cancellation);
            await WriteAsync(writer, cancellation);
            if (Technique.DeliversAtOnce)
            {
                await Audience.ReceiveAsync(readers.Students, written.Count, plan.Patience, cancellation);
            }
        }
        await Pace.UntilAsync(clock, started, time, cancellation);
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
