using System.Diagnostics;
using System.Net.ServerSentEvents;

namespace Classroom;

/// <summary>All steps at once: what is written goes to every lane at the same moment, and the pages are told.</summary>
sealed class Race : IAsyncDisposable
{
    /// <summary>The messages whose dots a page shows.</summary>
    const int NewestMessages = 40;

    readonly Lock gate = new();
    readonly RaceFeed feed = new();
    readonly Queue<RaceMessage> newest = [];
    readonly PeriodicTimer counters = new(TimeSpan.FromMilliseconds(250));
    readonly PeriodicTimer pen = new(Timeout.InfiniteTimeSpan);
    readonly CancellationTokenSource stopping = new();
    readonly int students;
    Task running = Task.CompletedTask;
    int written;
    double perSecond;
    string note = "";

    Race(int students) => this.students = students;

    /// <summary>The lanes, in the order of the steps.</summary>
    public IReadOnlyList<Lane> Lanes { get; private set; } = [];

    /// <summary>Starts every step, and seats a class at each.</summary>
    public static async Task<Race> StartAsync(
        IReadOnlyList<Technique> techniques, int students, CancellationToken cancellation)
    {
        var race = new Race(students);
        var starting = techniques
            .Select((technique, i) =>
                Lane.StartAsync(technique, students, numbers => race.Arrived(i, numbers), cancellation))
            .ToArray();
        try
        {
            race.Lanes = await Task.WhenAll(starting);
            race.CountFromNow();
            race.running = Task.WhenAll(race.CountAsync(), race.WriteBySelfAsync());
            return race;
        }
        catch
        {
            race.Lanes = [.. starting.Where(lane => lane.IsCompletedSuccessfully).Select(lane => lane.Result)];
            await race.DisposeAsync();
            throw;
        }
    }

    /// <summary>Writes a message to every lane at the same moment.</summary>
    public void Write(string text)
    {
        lock (gate)
        {
            WriteInLock(text);
        }
    }

    /// <summary>Lets the class write by itself; 0 lets it not.</summary>
    public void WriteBySelf(double newPerSecond)
    {
        lock (gate)
        {
            pen.Period = newPerSecond > 0 ? TimeSpan.FromSeconds(1 / newPerSecond) : Timeout.InfiniteTimeSpan;
            perSecond = newPerSecond;
            feed.Tell("writing", new { perSecond });
        }
    }

    /// <summary>01: reloads the page.</summary>
    public void Refresh()
    {
        foreach (var lane in Lanes)
        {
            lane.Refresh();
        }
    }

    /// <summary>Sets all counters to 0, and forgets what was written.</summary>
    public void CountFromNow()
    {
        lock (gate)
        {
            newest.Clear();
            foreach (var lane in Lanes)
            {
                lane.CountFrom(written + 1);
            }
            feed.Tell("race", Everything());
        }
    }

    /// <summary>Breaks something in one lane, or in all.</summary>
    /// <param name="step">The number of the lane's step; null is all.</param>
    public async Task BreakAsync(Fault fault, int? step)
    {
        if (step is null)
        {
            Note($"All lanes: {Told(fault)}");
        }
        await Task.WhenAll(Affected(fault, step).Select(lane => BreakAsync(lane, fault, isAlone: step is not null)));
    }

    /// <summary>All that the page of a new visitor is told, from the first thing on.</summary>
    public IAsyncEnumerable<SseItem<string>> FollowAsync(CancellationToken closed)
    {
        lock (gate)
        {
            return feed.ReadAsync(feed.Open("race", Everything()), closed);
        }
    }

    /// <summary>Ends the pages' streams, so that their server can stop.</summary>
    public void End() => feed.End();

    public async ValueTask DisposeAsync()
    {
        End();
        await stopping.CancelAsync();
        counters.Dispose();
        pen.Dispose();
        await running;
        await Task.WhenAll(Lanes.Select(lane => lane.DisposeAsync().AsTask()));
        stopping.Dispose();
    }

    /// <summary>What the page says when a fault is for all lanes.</summary>
    static string Told(Fault fault) => fault switch
    {
        Fault.Cut => "every connection is cut. Who says Reconnecting, and who comes back?",
        Fault.Refuse => "new connections are refused for 10 s; open ones stay. Cut them as well.",
        Fault.Delay => "everything takes 1 s more or no longer, each way. Who is 1 s later, and who more?",
        Fault.Freeze => "frozen for 10 s: nothing passes, nothing is closed. Who notices?",
        _ => "every server is restarted, with an empty chat. Who has lost what?",
    };

    /// <summary>A delay for all is switched on where there is none, or off if it is everywhere.</summary>
    IEnumerable<Lane> Affected(Fault fault, int? step)
    {
        if (step is not null)
        {
            return Lanes.Where(lane => lane.Technique.Number == step);
        }
        var areAllDelayed = Lanes.All(lane => lane.IsDelayed);
        return fault == Fault.Delay ? [.. Lanes.Where(lane => lane.IsDelayed == areAllDelayed)] : Lanes;
    }

    async Task BreakAsync(Lane lane, Fault fault, bool isAlone)
    {
        try
        {
            await lane.BreakAsync(fault, isAlone ? Say : _ => { }, stopping.Token);
        }
        catch (OperationCanceledException)
        {
            // The race is over.
        }
        catch (Exception exception) when (exception is InvalidOperationException or HttpRequestException)
        {
            Say(exception.Message.Split('\n')[0]);
        }

        void Say(string line) => Note($"{lane.Technique.Title}: {line}");
    }

    void Note(string line)
    {
        lock (gate)
        {
            note = line;
            feed.Tell("note", new { note });
        }
    }

    void WriteInLock(string? text)
    {
        written++;
        var message = new RaceMessage(written, text, Stopwatch.GetTimestamp(), new double?[Lanes.Count]);
        foreach (var lane in Lanes)
        {
            lane.Send(message.Number, text ?? $"Message {message.Number}");
        }
        newest.Enqueue(message);
        if (newest.Count > NewestMessages)
        {
            newest.Dequeue();
        }
        feed.Tell("written", new { message.Number, message.Text });
    }

    async Task WriteBySelfAsync()
    {
        while (await pen.WaitForNextTickAsync())
        {
            lock (gate)
            {
                // The last tick may come just when it is switched off.
                if (perSecond > 0)
                {
                    WriteInLock(null);
                }
            }
        }
    }

    /// <summary>Messages have just come to the first student of a lane.</summary>
    void Arrived(int lane, IReadOnlyList<int> numbers)
    {
        var now = Stopwatch.GetTimestamp();
        lock (gate)
        {
            List<object> arrivals = [];
            foreach (var message in newest.Where(message => numbers.Contains(message.Number)))
            {
                var late = Stopwatch.GetElapsedTime(message.Written, now).TotalMilliseconds;
                message.Late[lane] = late;
                arrivals.Add(new { message.Number, late });
            }
            if (arrivals.Count > 0)
            {
                feed.Tell("arrived", new { lane, arrivals });
            }
        }
    }

    /// <summary>Tells the pages the counters again and again, if they have changed.</summary>
    async Task CountAsync()
    {
        LaneCounters[] before = [];
        while (await counters.WaitForNextTickAsync())
        {
            if (!feed.HasPages)
            {
                continue;
            }
            lock (gate)
            {
                var now = Lanes.Select(lane => lane.Count()).ToArray();
                if (!now.SequenceEqual(before))
                {
                    feed.Tell("counters", now);
                    before = now;
                }
            }
        }
    }

    /// <summary>In the lock: all that a page shows.</summary>
    object Everything()
    {
        var now = Stopwatch.GetTimestamp();
        return new
        {
            students,
            lanes = Lanes.Select(lane => new
            {
                lane.Technique.Number,
                lane.Technique.Title,
                Reading = lane.Technique.Reading.ToString(),
                lane.Technique.HasWebhooks,
            }),
            messages = newest.Select(message => new
            {
                message.Number,
                message.Text,
                Age = Stopwatch.GetElapsedTime(message.Written, now).TotalMilliseconds,
                message.Late,
            }),
            counters = Lanes.Select(lane => lane.Count()),
            perSecond,
            note,
        };
    }
}
