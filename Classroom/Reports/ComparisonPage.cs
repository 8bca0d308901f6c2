namespace Classroom;

/// <summary>
/// The table for a projector: one page, complete in itself and without script. Behind each figure lies a bar, as long
/// as its part of the largest in its row.
/// </summary>
static class ComparisonPage
{
    const string Style = """
        :root { color-scheme: light dark; --paper: #fff; --ink: #15181c; --faint: #59616b; --bar: #b9d7fb; }
        @media (prefers-color-scheme: dark) {
          :root { --paper: #14171b; --ink: #f2f4f7; --faint: #aab3be; --bar: #1f4a7a; }
        }
        body { margin: 0 auto; padding: 0 24px 24px; max-width: 1400px; }
        body { background: var(--paper); color: var(--ink); font: 20px/1.35 system-ui, sans-serif; }
        h1 { font-size: 32px; margin: 16px 0; }
        table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
        th, td { padding: 4px 8px; text-align: right; white-space: nowrap; }
        thead th { position: sticky; top: 0; background: var(--paper); border-bottom: 2px solid var(--ink); }
        tbody th { text-align: left; font-weight: 400; }
        th[scope=rowgroup] { font-weight: 700; padding-top: 14px; }
        td { background: linear-gradient(var(--bar), var(--bar)) no-repeat 0 / var(--part, 0%) 100%; }
        td { border-left: 4px solid var(--paper); border-bottom: 4px solid var(--paper); }
        small, p, li { color: var(--faint); font-size: 16px; }
        small { display: block; font-size: 15px; }
        """;

    public static string Write(ComparisonResult result)
    {
        var columns = result.Steps.Select(step => $"<th scope=\"col\">{step.Technique.Name}</th>");
        var rows = FigureSection.All.SelectMany(section => section.Rows
            .Select(row => Row(row, result.Steps))
            .Prepend($"<tr><th scope=\"rowgroup\" colspan=\"{result.Steps.Count + 1}\">{section.Name}</th></tr>"));
        var sentences = ComparisonReport.Sentences(result).Select(sentence => $"<li>{sentence}</li>");
        return $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width">
            <title>What each technique costs</title>
            <style>
            {Style}
            </style>
            </head>
            <body>
            <h1>What each technique costs</h1>
            <table>
            <thead><tr><th></th>{string.Concat(columns)}</tr></thead>
            <tbody>
            {string.Join('\n', rows)}
            </tbody>
            </table>
            <p>{result}</p>
            <ul>
            {string.Join('\n', sentences)}
            </ul>
            </body>
            </html>

            """;
    }

    static string Row(FigureRow row, IReadOnlyList<StepFigures> steps)
    {
        var most = steps.Max(row.MedianOf);
        return $"<tr><th scope=\"row\">{row.Name}</th>{string.Concat(steps.Select(Cell))}</tr>";

        string Cell(StepFigures step)
        {
            var part = most > 0 ? 100 * (row.MedianOf(step) ?? 0) / most : 0;
            var range = row.Range(step) is { Length: > 0 } text ? $"<small>{text}</small>" : "";
            return FormattableString.Invariant($"<td style=\"--part: {part:0.#}%\">{row.Median(step)}{range}</td>");
        }
    }
}
