using System.Globalization;

namespace Classroom;

/// <summary>A student in a lane, and which messages of the race have come to it.</summary>
sealed class Seat : IAsyncDisposable
{
    readonly Lock gate = new();
    readonly SemaphoreSlim refresh = new(0);
    readonly bool reloads;
    readonly Action<IReadOnlyList<int>> arrived;
    readonly TaskCompletionSource warm = new(TaskCreationOptions.RunContinuationsAsynchronously);
    long lastId;
    int first = 1;
    int last = int.MinValue;
    int taken;
    int twice;

    /// <param name="technique">How the student follows.</param>
    /// <param name="arrived">Told of the numbers of messages that have just come, in their order.</param>
    public Seat(Technique technique, Uri server, string name, Action<IReadOnlyList<int>> arrived)
    {
        this.arrived = arrived;
        reloads = technique.Reading == Reading.Reload;
        var options = new StudentOptions { TakesIn = Take };
        if (reloads)
        {
            // The person reloads the page when the button says so, and only then.
            options = options with { Pause = refresh.WaitAsync };
        }
        Student = Student.Create(technique, server, name, options);
    }

    public Student Student { get; }

    /// <summary>Completes when all has come that was written before the race: up to message 0.</summary>
    public Task Warm => warm.Task;

    /// <summary>01: reloads the page.</summary>
    public void Refresh() => refresh.Release();

    /// <summary>Counts from this message on. What was written before it no longer matters.</summary>
    public void CountFrom(int number)
    {
        lock (gate)
        {
            first = number;
            last = Math.Max(last, number - 1);
            taken = 0;
            twice = 0;
        }
    }

    /// <param name="forgotten">Up to this message, what has not come does not come any more.</param>
    public Tally Count(int forgotten)
    {
        lock (gate)
        {
            // They come in their order: what is older than the newest, and not here, does not come any more.
            var due = Math.Max(last, forgotten) - first + 1;
            return new(taken, Math.Max(0, due - taken), twice);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Student.DisposeAsync();
        refresh.Dispose();
    }

    void Take(ChatMessage[] batch)
    {
        List<int> news = [];
        lock (gate)
        {
            foreach (var message in batch)
            {
                if (message.Id <= lastId)
                {
                    // A reloaded page shows everything again; any other is not to.
                    twice += reloads ? 0 : 1;
                    continue;
                }
                lastId = message.Id;
                var isOfTheRace = int.TryParse(message.Key, CultureInfo.InvariantCulture, out var number);
                // A server that was restarted may store a message anew, under another id: a page knows it by its key.
                if (isOfTheRace && number > last)
                {
                    last = number;
                    taken++;
                    news.Add(number);
                }
            }
            if (last >= 0)
            {
                warm.TrySetResult();
            }
        }
        if (news.Count > 0)
        {
            arrived(news);
        }
    }
}
