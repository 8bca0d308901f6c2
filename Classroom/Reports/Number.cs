using System.Globalization;

namespace Classroom;

/// <summary>Numbers for people: two digits at most, since no more would be the same tomorrow.</summary>
static class Number
{
    /// <summary>"0", "0.12", "1.2", "12", "120", "1,200".</summary>
    public static string Plain(double value) => Round(value).ToString("#,0.##", CultureInfo.InvariantCulture);

    /// <summary>Bytes, as "630 B", "21 KB" or "1.1 MB"; a KB is 1,000 bytes.</summary>
    public static string Bytes(double bytes) => Round(bytes) switch
    {
        < 1000 => $"{Plain(bytes)} B",
        < 1_000_000 => $"{Plain(bytes / 1000)} KB",
        _ => $"{Plain(bytes / 1_000_000)} MB",
    };

    /// <summary>Milliseconds, as "37 µs", "1.6 ms" or "4.8 s".</summary>
    public static string Time(double milliseconds) => Round(milliseconds) switch
    {
        0 => "0",
        < 1 => $"{Plain(milliseconds * 1000)} µs",
        < 1000 => $"{Plain(milliseconds)} ms",
        _ => Seconds(milliseconds / 1000),
    };

    /// <summary>The same of a delay: below a millisecond it says nothing, since the clock and the machine's other work
    /// are in it.</summary>
    public static string Delay(double milliseconds) => milliseconds < 1 ? "below 1 ms" : Time(milliseconds);

    /// <summary>Always with a decimal below ten: "3.0 s" is not "3 s" exactly.</summary>
    static string Seconds(double seconds) =>
        Round(seconds).ToString(Round(seconds) < 10 ? "0.0 s" : "#,0 s", CultureInfo.InvariantCulture);

    /// <summary>To two digits.</summary>
    static double Round(double value) =>
        double.Parse(value.ToString("E1", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
