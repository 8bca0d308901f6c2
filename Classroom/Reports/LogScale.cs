namespace Classroom;

/// <summary>Lays values out between two positions, each ten times as large at the same distance.</summary>
sealed class LogScale
{
    readonly double low;
    readonly double high;
    readonly double from;
    readonly double to;

    /// <param name="values">All that are to find a place.</param>
    /// <param name="from">The position of the least power of ten.</param>
    /// <param name="to">That of the largest.</param>
    public LogScale(IEnumerable<double> values, double from, double to)
    {
        var powers = values.Where(value => value > 0).Select(Math.Log10).DefaultIfEmpty(0).ToArray();
        low = Math.Floor(powers.Min());
        high = Math.Max(Math.Ceiling(powers.Max()), low + 1);
        this.from = from;
        this.to = to;
    }

    public IEnumerable<double> Ticks =>
        Enumerable.Range((int)low, (int)(high - low) + 1).Select(power => Math.Pow(10, power));

    public double this[double value]
    {
        get
        {
            var power = Math.Log10(Math.Max(value, Math.Pow(10, low)));
            return from + (power - low) / (high - low) * (to - from);
        }
    }
}
