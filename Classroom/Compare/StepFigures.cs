using System.Text.Json.Serialization;

namespace Classroom;

/// <summary>What was measured of one step. Times are in milliseconds, sizes in bytes.</summary>
/// <param name="Step">The step's folder.</param>
sealed record StepFigures(string Step)
{
    const string FaultsKey = "faults";

    readonly Lock gate = new();

    /// <summary>What each round gave, by the keys of the table's rows; one round if it is the same each time.</summary>
    public SortedDictionary<string, List<double>> Figures { get; init; } = new(StringComparer.Ordinal)
    {
        [FaultsKey] = [0],
    };

    /// <summary>How many messages were lost, repeated or out of order, in all that was measured.</summary>
    [JsonIgnore]
    public double Faults => Figures[FaultsKey][0];

    [JsonIgnore]
    public Technique Technique => Technique.Of(Step);

    /// <summary>The smallest value that at least this share of all does not exceed (the nearest rank).</summary>
    /// <param name="values">At least one.</param>
    /// <param name="share">Above 0, up to 1: 0.5 is the median, 1 the largest.</param>
    public static double Percentile(IReadOnlyCollection<double> values, double share) =>
        values.Order().ElementAt((int)Math.Ceiling(share * values.Count) - 1);

    /// <summary>Adds a round to a figure. Several scenarios may do so at once.</summary>
    public void Add(string key, double value)
    {
        lock (gate)
        {
            Figures.TryAdd(key, []);
            Figures[key].Add(value);
        }
    }

    /// <summary>Adds a round to the three figures about delays.</summary>
    /// <param name="delays">How late messages came to those who have them.</param>
    public void AddDelays(double[] delays)
    {
        AddDelay("delayMedian", delays, 0.5);
        AddDelay("delay99", delays, 0.99);
        AddDelay("delayWorst", delays, 1);
    }

    /// <summary>Adds a round to one of them; nothing if no message came.</summary>
    public void AddDelay(string key, double[] delays, double share)
    {
        if (delays.Length > 0)
        {
            Add(key, Percentile(delays, share));
        }
    }

    public void AddFaults(int faults)
    {
        lock (gate)
        {
            Figures[FaultsKey][0] += faults;
        }
    }
}
