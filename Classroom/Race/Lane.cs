using System.Globalization;
using System.Threading.Channels;

namespace Classroom;

/// <summary>
/// A lane at one moment, as the page shows it. Counted from a message on: what all students have caused, and what has
/// become of the messages with whom it is worst; one is missing that does not come any more. The rest is of now.
/// </summary>
sealed record LaneCounters(
    int Requests, int Empty, int Events, long Up, long Down, int Sent, int Arrived, int Missing, int Twice,
    int Open, bool Reconnecting, string Faults);

/// <summary>One step in the race: its server behind a wire, who follows it there, and who writes to it.</summary>
sealed class Lane : IAsyncDisposable
{
    /// <summary>Messages before the race: without them, one would see how the runtime compiles the server.</summary>
    const int WarmUpMessages = 10;

    readonly StepSetup setup;
    readonly Action<int> arrived;
    readonly Wire wireToWrite;
    readonly Student writer;
    readonly Breaker breaker;
    readonly Lock gate = new();
    readonly List<Seat> seats = [];
    readonly Channel<(int Number, string Text)> outbox = Channel.CreateUnbounded<(int Number, string Text)>();
    readonly CancellationTokenSource stopping = new();
    readonly SemaphoreSlim breaking = new(1); // One fault is done after the other.
    volatile Action<string> say = _ => { };
    Task sending = Task.CompletedTask;
    Count before;
    int first;
    int last;
    volatile int stored;
    volatile int forgotten;

    Lane(StepSetup setup, Action<int> arrived)
    {
        this.setup = setup;
        this.arrived = arrived;
        // Another wire: what breaks is the line of those who follow, and what is counted is theirs.
        wireToWrite = new(() => setup.ServerToWrite);
        writer = new(Technique, wireToWrite.Address, "Alice", receive: _ => { });
        breaker = new(setup.Wire, setup.Process, line => say(line), setup.SubscribeAsync);
    }

    public Technique Technique => setup.Technique;

    /// <summary>The network of those who follow.</summary>
    public Wire Wire => setup.Wire;

    public bool IsDelayed => breaker.IsDelayed;

    /// <summary>What all students have caused so far.</summary>
    Count Now => setup.Count([.. seats.Select(seat => seat.Student)]);

    /// <summary>Starts a step, and seats a class at it.</summary>
    /// <param name="arrived">Told at once of each message that has come to Bob, who is the first of them.</param>
    public static async Task<Lane> StartAsync(
        Technique technique, int students, Action<int> arrived, CancellationToken stop)
    {
        var lane = new Lane(await StepSetup.StartAsync(technique, stop: stop), arrived);
        for (var number = 1; number <= students; number++)
        {
            await lane.SeatAsync(number == 1 ? "Bob" : $"Student {number}", stop);
        }
        await lane.WarmUpAsync(stop);
        lane.sending = lane.SendAsync();
        return lane;
    }

    /// <summary>Sends a message, after those before it. Returns at once.</summary>
    public void Send(int number, string text)
    {
        last = number;
        outbox.Writer.TryWrite((number, text));
    }

    /// <summary>All reload the page, where the page is followed by that.</summary>
    public void Refresh() => seats.ForEach(seat => seat.Refresh.Release());

    /// <summary>Sets the counters to 0, and counts from this message on.</summary>
    public void CountFrom(int number)
    {
        lock (gate)
        {
            before = Now;
            first = number;
            last = number - 1;
            foreach (var seat in seats)
            {
                seat.Newest = Math.Max(seat.Newest, last);
                seat.Arrived = 0;
            }
        }
    }

    public LaneCounters Count()
    {
        lock (gate)
        {
            var count = Now - before;
            // They come in their order: what is older than the newest, and not here, does not come any more.
            var missing = seats.Max(seat => Math.Max(seat.Newest, forgotten) - first + 1 - seat.Arrived);
            return new(
                count.Requests, count.Empty, count.Events, count.Up, count.Down, last - first + 1,
                seats.Min(seat => seat.Arrived), Math.Max(0, missing), count.Twice,
                Wire.Open, seats[0].Student.Reconnecting, breaker.Broken);
        }
    }

    /// <summary>Breaks something in this lane.</summary>
    /// <param name="tell">Told what the class will see, a line at a time.</param>
    public async Task BreakAsync(Fault fault, Action<string> tell)
    {
        await breaking.WaitAsync();
        try
        {
            say = tell;
            if (fault.Name == "restart" && !Technique.HasWebhooks)
            {
                forgotten = stored; // In 06 they are on the other server as well.
            }
            await fault.DoAsync(breaker, stopping.Token);
        }
        catch (Exception exception) when (
            exception is OperationCanceledException or InvalidOperationException or HttpRequestException)
        {
            tell(exception.Message); // The server does not start, or the race is over.
        }
        finally
        {
            breaking.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await sending;
        await breaking.WaitAsync();
        await Task.WhenAll(seats.Select(seat => seat.Student.DisposeAsync().AsTask()));
        await writer.DisposeAsync();
        await wireToWrite.DisposeAsync();
        await setup.DisposeAsync();
    }

    async Task SeatAsync(string name, CancellationToken stop)
    {
        var seat = new Seat();
        // 01: the person reloads the page when the button says so, and only then.
        Func<CancellationToken, Task>? pause = Technique.Reading == Reading.Reload ? seat.Refresh.WaitAsync : null;
        seat.Student = new(Technique, Wire.Address, name, pause, receive: batch => Take(seat, batch));
        seats.Add(seat);
        seat.Student.Start();
        await seat.Student.Connected.WaitAsync(stop);
    }

    /// <summary>Messages have come. Their keys are numbers.</summary>
    void Take(Seat seat, ChatMessage[] batch)
    {
        foreach (var message in batch)
        {
            var isOurs = int.TryParse(message.Key, CultureInfo.InvariantCulture, out var number);
            lock (gate)
            {
                if (!isOurs || number <= seat.Newest)
                {
                    continue;
                }
                seat.Newest = number;
                seat.Arrived++;
            }
            if (seat == seats[0])
            {
                arrived(number);
            }
        }
    }

    /// <summary>Sends what is not of the race, and waits until everybody has it.</summary>
    async Task WarmUpAsync(CancellationToken stop)
    {
        if (!Technique.SendsByPost)
        {
            writer.Start();
            await writer.Connected.WaitAsync(stop);
        }
        for (var number = 1 - WarmUpMessages; number <= 0; number++)
        {
            await writer.SendAsync("Good morning", KeyOf(number), stop);
        }
        Refresh();
        while (seats.Any(seat => seat.Newest < 0))
        {
            await Task.Delay(20, stop);
        }
    }

    /// <summary>Sends one message after the other, each until it is stored.</summary>
    async Task SendAsync()
    {
        try
        {
            await foreach (var (number, text) in outbox.Reader.ReadAllAsync(stopping.Token))
            {
                try
                {
                    await writer.SendAsync(text, KeyOf(number), stopping.Token);
                    stored = number;
                }
                catch (RefusedException exception)
                {
                    say(exception.Message); // It is missing, and the page shows that.
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The race is over.
        }
    }

    static string KeyOf(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>A student, and which messages it has.</summary>
    sealed class Seat
    {
        public Student Student { get; set; } = null!; // SeatAsync sets it.

        public SemaphoreSlim Refresh { get; } = new(0);

        /// <summary>The number of the newest one.</summary>
        public int Newest { get; set; } = int.MinValue;

        public int Arrived { get; set; }
    }
}
