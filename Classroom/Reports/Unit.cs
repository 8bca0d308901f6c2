using System.Globalization;

namespace Classroom;

/// <summary>Numbers for people: as many digits as were measured, and a dash for what was not.</summary>
static class Unit
{
    /// <summary>Milliseconds, as "0.84 ms", "35 ms" or "4.2 s".</summary>
    public static string Time(double milliseconds) => milliseconds switch
    {
        double.NaN => "–",
        < 10 => Text($"{milliseconds:0.0} ms"),
        < 1000 => Text($"{milliseconds:0} ms"),
        < 10_000 => Text($"{milliseconds / 1000:0.0} s"),
        _ => Text($"{milliseconds / 1000:0} s"),
    };

    /// <summary>Three digits for small numbers, groups of thousands for large ones.</summary>
    public static string Number(double value) => Math.Abs(value) switch
    {
        double.NaN or double.PositiveInfinity => "–",
        < 0.0005 => "0",
        < 1 => Text($"{value:0.###}"),
        < 10 => Text($"{value:0.0}"),
        _ => Text($"{value:#,0}"),
    };

    public static string Count(long count) => Text($"{count:#,0}");

    public static string Plural(int count, string thing) => count == 1 ? $"1 {thing}" : $"{Count(count)} {thing}s";

    static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
