namespace Classroom;

/// <summary>A row of the table: one figure of each step.</summary>
/// <param name="Key">Its name in JSON.</param>
/// <param name="Name">Its name in the table.</param>
/// <param name="Write">Writes a value for people.</param>
/// <param name="Sentence">What it is.</param>
sealed record FigureRow(string Key, string Name, Func<double, string> Write, string Sentence)
{
    /// <summary>The median for people; "–" where the step has none.</summary>
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
        // "3–9 ms", but "900 µs–1.2 ms".
        var unit = most.Contains(' ') ? most[most.LastIndexOf(' ')..] : "";
        return unit.Length > 0 && least.EndsWith(unit, StringComparison.Ordinal)
            ? $"{least[..^unit.Length]}–{most}"
            : $"{least}–{most}";
    }

    /// <summary>The figure of a step; null where it has none.</summary>
    public Figure? Of(StepFigures step) => step.Figures.GetValueOrDefault(Key);
}
