namespace Classroom;

/// <summary>A row of the table: one figure of each step.</summary>
/// <param name="Key">Its name in JSON and CSV.</param>
/// <param name="Name">Its name in the table.</param>
/// <param name="Unit">Of its values as they are: "ms", "bytes", "%", or nothing for counts.</param>
/// <param name="Of">The figure; null where the step has none.</param>
/// <param name="Write">Writes a value for people.</param>
sealed record FigureRow(
    string Key, string Name, string Unit, Func<StepFigures, Figure?> Of, Func<double, string> Write, string Sentence)
{
    /// <summary>The median for people.</summary>
    public string Median(StepFigures step) => Of(step) switch
    {
        null => "–",
        { IsTold: false } => "≈ 0",
        { } figure => Write(figure.Median),
    };

    /// <summary>"35 µs to 41 µs"; empty where the rounds do not differ in what is written.</summary>
    public string Range(StepFigures step)
    {
        var figure = Of(step);
        if (figure is null || !figure.IsTold || Write(figure.Least) == Write(figure.Most))
        {
            return "";
        }
        var least = Write(Math.Max(0, figure.Least));
        var most = Write(figure.Most);
        if (least.StartsWith("below", StringComparison.Ordinal))
        {
            return $"up to {most}";
        }
        var unit = most.Contains(' ') ? most[most.LastIndexOf(' ')..] : "";
        // "3–9 ms", but "900 µs–1.2 ms".
        return unit.Length > 0 && least.EndsWith(unit, StringComparison.Ordinal)
            ? $"{least[..^unit.Length]}–{most}"
            : $"{least}–{most}";
    }
}
