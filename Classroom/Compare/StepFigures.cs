using System.Text.Json.Serialization;

namespace Classroom;

/// <summary>What was measured of one step. Times are in milliseconds, sizes in bytes.</summary>
/// <param name="Step">The step's folder.</param>
sealed record StepFigures(string Step)
{
    readonly Lock gate = new();

    /// <summary>By the keys of the table's rows.</summary>
    public SortedDictionary<string, Figure> Figures { get; init; } = new(StringComparer.Ordinal);

    /// <summary>How many messages were lost, repeated or out of order, in all that was measured.</summary>
    public int Faults { get; set; }

    [JsonIgnore]
    public Technique Technique => Technique.Of(Step);

    /// <summary>Adds a round to a figure. Several scenarios may do so at once.</summary>
    /// <param name="noise">See <see cref="Figure.Noise"/>.</param>
    public void Add(string key, double value, double noise = 0)
    {
        lock (gate)
        {
            Figures.TryAdd(key, new(Rounds: [], noise));
            Figures[key].Rounds.Add(value);
        }
    }

    /// <summary>Adds a round to the three figures about delays.</summary>
    /// <param name="messages">How late each came to those who have it.</param>
    public void AddDelays(IEnumerable<double[]> messages)
    {
        AddDelay("delayMedian", messages, 0.5);
        AddDelay("delay99", messages, 0.99);
        AddDelay("delayWorst", messages, 1);
    }

    /// <summary>Adds a round to one of them; nothing if no message came.</summary>
    public void AddDelay(string key, IEnumerable<double[]> messages, double share)
    {
        double[] delays = [.. messages.SelectMany(delay => delay)];
        if (delays.Length > 0)
        {
            Add(key, Figure.Percentile(delays, share));
        }
    }

    public void AddFaults(int faults)
    {
        lock (gate)
        {
            Faults += faults;
        }
    }
}
