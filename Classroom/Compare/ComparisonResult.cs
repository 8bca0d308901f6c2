using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Classroom;

/// <summary>What compare has measured, and when and how.</summary>
/// <param name="Command">What was typed, but for the files that it writes.</param>
/// <param name="Machine">In plain words: "2 cores, Linux, .NET 10.0".</param>
sealed record ComparisonResult(
    string Command, DateOnly Date, string Machine, MeasuringPlan Plan, IReadOnlyList<StepFigures> Steps)
{
    static readonly JsonSerializerOptions readable = new(JsonSerializerOptions.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The machine that this program runs on.</summary>
    public static string ThisMachine
    {
        get
        {
            var system = OperatingSystem.IsWindows() ? "Windows" : OperatingSystem.IsMacOS() ? "macOS" : "Linux";
            return $"{Environment.ProcessorCount} cores, {system}, .NET {Environment.Version.ToString(2)}";
        }
    }

    public string ToJson() => JsonSerializer.Serialize(this, readable) + "\n";

    /// <exception cref="JsonException">It is not what <see cref="ToJson"/> writes.</exception>
    public static ComparisonResult FromJson(string json) =>
        JsonSerializer.Deserialize<ComparisonResult>(json, readable)!;

    /// <summary>The line below the table.</summary>
    public override string ToString()
    {
        var date = Date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var rough = Plan == MeasuringPlan.Quick ? " They are rough: quote those of a run without --quick." : "";
        return $"Measured on {date} by `{Command}` on a machine with {Machine}.{rough}";
    }
}
