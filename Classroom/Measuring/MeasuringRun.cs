using System.Globalization;

namespace Classroom;

/// <summary>When and how something was measured.</summary>
/// <param name="Command">What was typed, but for the files that it writes.</param>
/// <param name="Date">Of the measuring.</param>
/// <param name="Machine">In plain words.</param>
/// <param name="Configuration">In which the steps were built: "Debug" or "Release".</param>
/// <param name="Rough">It was to be quick.</param>
/// <param name="Rounds">How often each thing was measured whose figure differs from time to time.</param>
/// <param name="Students">How many read in a class.</param>
sealed record MeasuringRun(
    string Command, DateOnly Date, string Machine, string Configuration, bool Rough, int Rounds, int Students)
{
    /// <summary>The line below a table.</summary>
    public override string ToString()
    {
        var date = Date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var text = $"Measured on {date} by `{Command}` on a machine with {Machine}.";
        if (Rough)
        {
            text += " These figures are rough: quote those of a run without --quick.";
        }
        if (Configuration != "Release")
        {
            text += $" The steps were built as {Configuration}: quote figures of Release only.";
        }
        return text;
    }
}
