using System.Text.Json;

namespace Classroom;

/// <summary>What compare has measured.</summary>
/// <param name="Run">When and how.</param>
/// <param name="Steps">The figures of each step.</param>
sealed record ComparisonResult(MeasuringRun Run, IReadOnlyList<StepFigures> Steps)
{
    public string ToJson() => JsonSerializer.Serialize(this, FigureJson.Options) + "\n";

    /// <exception cref="JsonException">It is not what <see cref="ToJson"/> writes.</exception>
    public static ComparisonResult FromJson(string json) =>
        JsonSerializer.Deserialize<ComparisonResult>(json, FigureJson.Options)
            ?? throw new JsonException("There are no figures.");
}
