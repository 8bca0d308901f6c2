using System.Globalization;

namespace Tests;

/// <summary>A message as the page shows it.</summary>
public sealed record BrowserRow(string User, string Text, string Time, string Late, bool Mine)
{
    /// <summary>How late it came, as it says itself.</summary>
    public TimeSpan Lateness => Late switch
    {
        ['+', .. var ms, ' ', 'm', 's'] => TimeSpan.FromMilliseconds(double.Parse(ms, CultureInfo.InvariantCulture)),
        ['+', .. var s, ' ', 's'] => TimeSpan.FromSeconds(double.Parse(s, CultureInfo.InvariantCulture)),
        _ => throw new FormatException($"\"{Text}\" of {User} does not say how late it came: \"{Late}\""),
    };
}
