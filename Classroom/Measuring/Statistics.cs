namespace Classroom;

static class Statistics
{
    /// <summary>
    /// The smallest value that at least this share of all values does not exceed (the nearest rank); NaN when there
    /// are none.
    /// </summary>
    /// <param name="sorted">Ascending.</param>
    /// <param name="share">Above 0, up to 1: 0.5 is the median, 1 the largest.</param>
    public static double Percentile(IReadOnlyList<double> sorted, double share) =>
        sorted.Count == 0 ? double.NaN : sorted[(int)Math.Ceiling(share * sorted.Count) - 1];
}
