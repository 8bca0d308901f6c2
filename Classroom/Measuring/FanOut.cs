namespace Classroom;

/// <summary>
/// To deliver, timed: a class reads, one writes a message, waits until all have it, and writes the next one at once.
/// No wire is between.
/// </summary>
sealed class FanOut : IAsyncDisposable
{
    readonly StepSetup setup;
    readonly MeasuringPlan plan;
    readonly SemaphoreSlim[] looks;
    readonly List<string> written = [];
    readonly List<double> cpu = [];
    readonly List<double[]> delays = [];
    Audience? readers;
    Student? writer;

    /// <param name="setup">Has a server whose processor's time counts, and nobody in the chat.</param>
    /// <param name="plan">How much is measured.</param>
    public FanOut(StepSetup setup, MeasuringPlan plan)
    {
        this.setup = setup;
        this.plan = plan;
        looks = [.. Enumerable.Range(0, plan.Students).Select(_ => new SemaphoreSlim(0))];
    }

    Technique Technique => setup.Technique;

    Audience Readers => readers ?? throw new InvalidOperationException("StartAsync has not been called.");

    Student Writer => writer ?? throw new InvalidOperationException("StartAsync has not been called.");

    /// <summary>In 01 each reload brings the whole chat again, which is to stay short.</summary>
    int Messages => Technique.Reading == Reading.Reload ? plan.ReloadsPerRound : plan.MessagesPerRound;

    /// <summary>
    /// Lets the class come, and has a round that does not count: all code has run then, and the server has asked for
    /// its memory.
    /// </summary>
    public async Task StartAsync(CancellationToken cancellation)
    {
        // In 01 and 02 a student looks when told to, so that no look is in vain.
        readers = await Audience.SeatAsync(
            Technique,
            setup.Server,
            Audience.Names(plan.Students),
            student => new() { Pause = looks[student].WaitAsync },
            cancellation);
        writer = Student.Create(Technique, setup.Server, "Writer", new()
        {
            SendTo = setup.ServerToWrite,
            Pause = StudentOptions.Never,
        });
        writer.Start();
        await writer.Connected.WaitAsync(cancellation);
        await WriteAsync(cancellation);
        await setup.WaitUntilIdleAsync(cancellation);
    }

    public async Task MeasureRoundAsync(CancellationToken cancellation)
    {
        var first = written.Count;
        var before = setup.CpuTime;
        await WriteAsync(cancellation);
        var used = setup.CpuTime - before;
        cpu.Add(used.TotalMilliseconds / (written.Count - first) / plan.Students);
        delays.Add(Readers.DelaysOf(written[first..]));
    }

    /// <summary>What the rounds have measured.</summary>
    public StepFigures AddTo(StepFigures figures)
    {
        var measured = figures with
        {
            DeliverCpu = new(cpu),
            Mistakes = figures.Mistakes + Mistakes.Of(Readers.Students, written),
        };
        return Technique.DeliversAtOnce ? Delays.Add(measured, delays) : measured;
    }

    public async ValueTask DisposeAsync()
    {
        if (writer is not null)
        {
            await writer.DisposeAsync();
        }
        if (readers is not null)
        {
            await readers.DisposeAsync();
        }
    }

    async Task WriteAsync(CancellationToken cancellation)
    {
        for (var message = 0; message < Messages; message++)
        {
            written.Add($"This is message number {written.Count + 1} to all of you.");
            await Writer.SendAsync(written[^1], cancellation);
            Array.ForEach(looks, look => look.Release());
            if (!await Audience.ReceiveAsync(Readers.Students, written.Count, plan.Patience, cancellation))
            {
                return;
            }
        }
    }
}
