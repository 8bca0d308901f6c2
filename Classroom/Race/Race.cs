using System.Diagnostics;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Threading.Channels;

namespace Classroom;

/// <summary>All steps at once: what is written goes to every lane at the same moment, and the pages are told.</summary>
sealed class Race(int students) : IAsyncDisposable
{
    /// <summary>The messages that a page still shows the way of.</summary>
    const int NewestMessages = 40;

    static readonly TimeSpan tick = TimeSpan.FromMilliseconds(50);

    readonly Lock gate = new();
    readonly List<Channel<SseItem<string>>> pages = [];
    readonly Dictionary<int, long> writtenAt = [];
    readonly PeriodicTimer clock = new(tick);
    Task running = Task.CompletedTask;
    string note = "";
    int written;

    /// <summary>The lanes, in the order of the steps.</summary>
    public IReadOnlyList<Lane> Lanes { get; private set; } = [];

    /// <summary>How often the class writes by itself, up to 20.</summary>
    public double PerSecond { get; set; }

    /// <summary>Starts every step, and seats a class at each.</summary>
    public static async Task<Race> StartAsync(
        IReadOnlyList<Technique> techniques, int students, CancellationToken stop)
    {
        var race = new Race(students);
        race.Lanes = await Task.WhenAll(techniques.Select((technique, i) =>
            Lane.StartAsync(technique, students, number => race.Arrived(i, number), stop)));
        race.CountFromNow();
        race.running = race.RunAsync();
        return race;
    }

    /// <summary>Writes a message to every lane at the same moment.</summary>
    /// <param name="text">Null: the class writes by itself.</param>
    public void Write(string? text)
    {
        lock (gate)
        {
            written++;
            writtenAt[written] = Stopwatch.GetTimestamp();
            writtenAt.Remove(written - NewestMessages);
            foreach (var lane in Lanes)
            {
                lane.Send(written, text ?? $"Message {written}");
            }
            Tell("written", new { number = written, text });
        }
    }

    /// <summary>Bob and the class reload the page, where they follow by that.</summary>
    public void Refresh()
    {
        foreach (var lane in Lanes)
        {
            lane.Refresh();
        }
    }

    /// <summary>Sets all counters to 0. What was written before is no longer shown.</summary>
    public void CountFromNow()
    {
        lock (gate)
        {
            writtenAt.Clear();
            foreach (var lane in Lanes)
            {
                lane.CountFrom(written + 1);
            }
            Tell("race", Everyone());
        }
    }

    /// <summary>Breaks something in one lane, or in all.</summary>
    /// <param name="step">The number of the lane's step; null is all.</param>
    public async Task BreakAsync(Fault fault, int? step)
    {
        // A delay for all is switched on where there is none, or off if it is everywhere.
        var areAllDelayed = Lanes.All(lane => lane.IsDelayed);
        var chosen = Lanes.Where(lane => step is null
            ? fault.Name != "delay" || lane.IsDelayed == areAllDelayed
            : step == lane.Technique.Number);
        if (step is null)
        {
            note = $"All lanes: {fault.Question}";
        }
        await Task.WhenAll(chosen.ToArray().Select(lane => lane.BreakAsync(fault, line => Say(lane, line))));

        void Say(Lane lane, string line) => note = step is null ? note : $"{lane.Technique.Title}: {line}";
    }

    /// <summary>What a page is told, from now on.</summary>
    public async IAsyncEnumerable<SseItem<string>> FollowAsync([EnumeratorCancellation] CancellationToken closed)
    {
        var page = Channel.CreateUnbounded<SseItem<string>>();
        lock (gate)
        {
            pages.Add(page);
            page.Writer.TryWrite(Item("race", Everyone()) with { ReconnectionInterval = TimeSpan.FromSeconds(1) });
            page.Writer.TryWrite(Item("state", State()));
        }
        try
        {
            await foreach (var item in page.Reader.ReadAllAsync(closed))
            {
                yield return item;
            }
        }
        finally
        {
            lock (gate)
            {
                pages.Remove(page);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        clock.Dispose();
        await running;
        await Task.WhenAll(Lanes.Select(lane => lane.DisposeAsync().AsTask()));
    }

    /// <summary>A message has just come to Bob in a lane.</summary>
    void Arrived(int lane, int number)
    {
        var now = Stopwatch.GetTimestamp();
        lock (gate)
        {
            if (writtenAt.TryGetValue(number, out var at))
            {
                Tell("arrived", new { lane, number, late = Stopwatch.GetElapsedTime(at, now).TotalMilliseconds });
            }
        }
    }

    /// <summary>Writes for the class, and tells the pages what changes by itself.</summary>
    async Task RunAsync()
    {
        var due = 0.0;
        for (var turn = 0; await clock.WaitForNextTickAsync(); turn++)
        {
            lock (gate)
            {
                due += PerSecond * tick.TotalSeconds;
                if (due >= 1)
                {
                    due--;
                    Write(null);
                }
                if (turn % 5 == 0 && pages.Count > 0)
                {
                    Tell("state", State());
                }
            }
        }
    }

    void Tell(string type, object data)
    {
        var item = Item(type, data);
        pages.ForEach(page => page.Writer.TryWrite(item));
    }

    object Everyone() => new
    {
        students,
        lanes = Lanes.Select(lane => new
        {
            lane.Technique.Number,
            lane.Technique.Title,
            Reading = lane.Technique.Reading.ToString(),
            lane.Technique.HasWebhooks,
        }),
    };

    object State() => new { lanes = Lanes.Select(lane => lane.Count()), PerSecond, note };

    static SseItem<string> Item(string type, object data) =>
        new(JsonSerializer.Serialize(data, JsonSerializerOptions.Web), type);
}
