using System.Text.Json.Serialization;

namespace Classroom;

/// <summary>One thing that was measured in several rounds.</summary>
/// <param name="Rounds">What each round gave.</param>
/// <param name="Noise">What cannot be told from nothing: a median up to here is no figure.</param>
public sealed record Figure(IReadOnlyList<double> Rounds, double Noise = 0)
{
    /// <summary>What was counted once, and is the same each time.</summary>
    public static Figure Exactly(double value) => new([value]);

    public double Median => Statistics.Percentile([.. Rounds.Order()], 0.5);

    public double Least => Rounds.Min();

    public double Most => Rounds.Max();

    /// <summary>The median is more than what comes about by chance.</summary>
    [JsonIgnore]
    public bool IsTold => Noise == 0 || Median > Noise;
}
