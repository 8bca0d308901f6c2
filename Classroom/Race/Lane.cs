using System.Globalization;
using System.Threading.Channels;

namespace Classroom;

/// <summary>One step in the race: its server behind a wire, who follows it there, and who writes to it.</summary>
sealed class Lane : IAsyncDisposable
{
    /// <summary>Messages before the race: without them, one would see how the runtime compiles the server.</summary>
    const int WarmUpMessages = 40;

    /// <summary>The same where nobody looks at milliseconds: in 01 every reload brings them again.</summary>
    const int FewWarmUpMessages = 5;

    readonly StepSetup setup;
    readonly List<Seat> seats = [];
    readonly Student writer;
    readonly Channel<OutgoingMessage> outbox = Channel.CreateUnbounded<OutgoingMessage>();
    readonly SemaphoreSlim restart = new(1);
    readonly CancellationTokenSource stopping = new();
    Task sending = Task.CompletedTask;
    Traffic start;
    int first = 1;
    int last;
    volatile int stored;
    volatile int forgotten;

    Lane(Technique technique, StepSetup setup)
    {
        Technique = technique;
        this.setup = setup;
        // Not through the wire: what breaks is the line of those who follow, and what is counted is theirs.
        writer = Student.Create(technique, setup.ServerToWrite, "Alice", new() { TakesIn = _ => { } });
    }

    public Technique Technique { get; }

    /// <summary>The network of those who follow.</summary>
    public Wire Wire => setup.Wire;

    /// <summary>The server has all that was sent.</summary>
    public bool IsStored => stored >= last;

    public bool IsDelayed => Wire.Delay > TimeSpan.Zero;

    /// <summary>Starts a step, and seats a class at it.</summary>
    /// <param name="technique">The step, which is built already.</param>
    /// <param name="arrived">Told at once of the messages that have come to the first of them.</param>
    public static async Task<Lane> StartAsync(
        Technique technique, int students, Action<IReadOnlyList<int>> arrived, CancellationToken cancellation)
    {
        var setup = await StepSetup.StartAsync(
            technique, speed: 1, StepProcess.MeasuringEnvironment, StepProcess.StartMeasuredAsync, cancellation);
        var lane = new Lane(technique, setup);
        try
        {
            await lane.SeatAsync(students, arrived, cancellation);
            await lane.WarmUpAsync(cancellation);
            lane.CountFrom(1);
            lane.sending = lane.SendAsync();
            return lane;
        }
        catch
        {
            await lane.DisposeAsync();
            throw;
        }
    }

    /// <summary>Sends a message, after those before it. Returns at once.</summary>
    public void Send(int number, string text)
    {
        last = number;
        outbox.Writer.TryWrite(new(Key(number), text));
    }

    /// <summary>All reload the page, where the page is followed by that.</summary>
    public void Refresh()
    {
        if (Technique.Reading == Reading.Reload)
        {
            seats.ForEach(seat => seat.Refresh());
        }
    }

    /// <summary>Sets the counters to 0, and counts from this message on.</summary>
    public void CountFrom(int number)
    {
        start = Measure();
        first = number;
        last = number - 1;
        seats.ForEach(seat => seat.CountFrom(number));
    }

    public LaneCounters Count()
    {
        var tallies = seats.Select(seat => seat.Count(Math.Max(forgotten, first - 1))).ToArray();
        var worst = new Tally(
            tallies.Min(tally => tally.Arrived),
            tallies.Max(tally => tally.Missing),
            tallies.Sum(tally => tally.Twice));
        return new(Measure() - start, Wire.Open, last - first + 1, worst, seats[0].Student.Reconnecting, Faults());
    }

    /// <summary>Breaks something in this lane.</summary>
    /// <param name="say">Told what the class will see, a line at a time.</param>
    public Task BreakAsync(Fault fault, Action<string> say, CancellationToken stop)
    {
        var breaker = new Breaker(Technique.Reading, Wire, setup.Process, say);
        return fault == Fault.Restart ? RestartAsync(breaker, stop) : breaker.BreakAsync(fault, stop);
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        outbox.Writer.TryComplete();
        await sending;
        // A restart that is under way has been told to end.
        await restart.WaitAsync();
        await Task.WhenAll(seats.Select(seat => seat.DisposeAsync().AsTask()));
        await writer.DisposeAsync();
        await setup.DisposeAsync();
        stopping.Dispose();
        restart.Dispose();
    }

    static string Key(int number) => number.ToString(CultureInfo.InvariantCulture);

    async Task SeatAsync(int students, Action<IReadOnlyList<int>> arrived, CancellationToken cancellation)
    {
        seats.Add(new(Technique, setup.Address, "Bob", arrived));
        for (var number = 2; number <= students; number++)
        {
            seats.Add(new(Technique, setup.Address, $"Student {number}", _ => { }));
        }
        foreach (var seat in seats)
        {
            seat.Student.Start();
            await seat.Student.Connected.WaitAsync(cancellation);
        }
        if (!Technique.SendsByPost)
        {
            writer.Start();
            await writer.Connected.WaitAsync(cancellation);
        }
    }

    /// <summary>Sends what is not of the race, and waits until everybody has it.</summary>
    async Task WarmUpAsync(CancellationToken cancellation)
    {
        var count = Technique.DeliversAtOnce ? WarmUpMessages : FewWarmUpMessages;
        for (var number = 1 - count; number <= 0; number++)
        {
            await writer.SendAsync(new OutgoingMessage(Key(number), "Good morning"), cancellation);
        }
        Refresh();
        await Task.WhenAll(seats.Select(seat => seat.Warm)).WaitAsync(cancellation);
    }

    /// <summary>Sends one message after the other, each until it is stored.</summary>
    async Task SendAsync()
    {
        try
        {
            await foreach (var message in outbox.Reader.ReadAllAsync(stopping.Token))
            {
                try
                {
                    await writer.SendAsync(message, stopping.Token);
                    stored = int.Parse(message.Key, CultureInfo.InvariantCulture);
                }
                catch (Exception exception) when (exception is HttpRequestException or TimeoutException)
                {
                    // It is missing, and the page shows that.
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The race is over.
        }
    }

    async Task RestartAsync(Breaker breaker, CancellationToken stop)
    {
        if (!restart.Wait(TimeSpan.Zero, CancellationToken.None))
        {
            return; // It is under way.
        }
        try
        {
            if (!Technique.HasWebhooks)
            {
                // The messages are in the server's memory.
                forgotten = stored;
            }
            await breaker.BreakAsync(Fault.Restart, stop);
            if (Technique.HasWebhooks)
            {
                await setup.SubscribeAsync(stop);
            }
        }
        finally
        {
            restart.Release();
        }
    }

    Traffic Measure() => new(
        seats.Sum(seat => seat.Student.Requests),
        seats.Sum(seat => seat.Student.EmptyAnswers),
        seats.Sum(seat => seat.Student.Events),
        Wire.BytesUp,
        Wire.BytesDown);

    string Faults()
    {
        (bool IsThere, string Name)[] faults =
        [
            (Wire.Frozen, "frozen"),
            (Wire.Refusing, "refusing"),
            (IsDelayed, "delayed"),
            (restart.CurrentCount == 0, "restarting"),
        ];
        return string.Join(", ", faults.Where(fault => fault.IsThere).Select(fault => fault.Name));
    }
}
