using System.Text.Json.Serialization;

namespace Classroom;

/// <summary>One thing that was measured in some rounds; once if it is the same each time.</summary>
/// <param name="Rounds">What each round gave.</param>
/// <param name="Noise">What cannot be told from nothing: a median up to here is no figure.</param>
sealed record Figure(List<double> Rounds, double Noise = 0)
{
    [JsonIgnore]
    public double Median => Percentile(Rounds, 0.5);

    [JsonIgnore]
    public double Least => Rounds.Min();

    [JsonIgnore]
    public double Most => Rounds.Max();

    /// <summary>The median is more than what comes about by chance.</summary>
    [JsonIgnore]
    public bool IsTold => Noise == 0 || Median > Noise;

    /// <summary>The smallest value that at least this share of all does not exceed (the nearest rank).</summary>
    /// <param name="values">At least one.</param>
    /// <param name="share">Above 0, up to 1: 0.5 is the median, 1 the largest.</param>
    public static double Percentile(IReadOnlyCollection<double> values, double share) =>
        values.Order().ElementAt((int)Math.Ceiling(share * values.Count) - 1);
}
