using System.Net;
using System.Text;

namespace Classroom;

/// <summary>A page for a projector, complete in itself and without script: each part fills a screen.</summary>
sealed class Page(string title)
{
    readonly StringBuilder body = new();

    /// <summary>Adds a plot, and the sentence that says what to see in it.</summary>
    public void AddPlot(string heading, string svg, string sentence) => Add(heading, $"""
        {svg}
        <p class="see">{WebUtility.HtmlEncode(sentence)}</p>
        """);

    /// <summary>Adds a table; a row without figures is a heading.</summary>
    public void AddTable(string heading, Table table, string below = "") => Add(heading, $"""
        <div class="table" role="region" aria-label="{WebUtility.HtmlEncode(heading)}" tabindex="0">
        <table>
        <tr>{string.Concat(table.Columns.Select(HeadingOf))}</tr>
        {string.Join('\n', table.Rows.Select(RowOf))}
        </table>
        </div>
        <p>{WebUtility.HtmlEncode(below)}</p>
        """);

    public void AddList(string heading, IEnumerable<string> sentences) => Add(heading, $"""
        <ul>
        {string.Join('\n', sentences.Select(sentence => $"<li>{WebUtility.HtmlEncode(sentence)}</li>"))}
        </ul>
        """);

    public override string ToString() => $"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width">
        <title>{WebUtility.HtmlEncode(title)}</title>
        <style>
        {Style}
        </style>
        </head>
        <body>
        {body}</body>
        </html>

        """;

    void Add(string heading, string content) => body.Append($"""
        <section>
        <h2>{WebUtility.HtmlEncode(heading)}</h2>
        {content}
        </section>

        """);

    static string HeadingOf(string column) => $"<th scope=\"col\">{WebUtility.HtmlEncode(column)}</th>";

    static string RowOf(string[] cells)
    {
        var name = WebUtility.HtmlEncode(cells[0]);
        if (name.StartsWith("**", StringComparison.Ordinal))
        {
            return $"<tr class=\"part\"><th scope=\"rowgroup\" colspan=\"{cells.Length}\">{name.Trim('*')}</th></tr>";
        }
        var figures = cells[1..].Select(cell => $"<td>{WebUtility.HtmlEncode(cell)}</td>");
        var kind = name.StartsWith('…') ? " class=\"range\"" : "";
        return $"<tr{kind}><th scope=\"row\">{name}</th>{string.Concat(figures)}</tr>";
    }

    const string Style = """
        :root {
          color-scheme: light dark;
          --paper: #fff; --ink: #15181c; --faint: #59616b; --rule: #c9ced6;
          --a: #0a58a8; --b: #c2570c; --c: #23712f; --d: #8a2a8e; --e: #a5173a; --f: #3d4752;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --paper: #14171b; --ink: #f2f4f7; --faint: #aab3be; --rule: #434b55;
            --a: #79b8ff; --b: #ffab70; --c: #85d894; --d: #e3a2e6; --e: #ff9aae; --f: #c3ccd6;
          }
        }
        * { box-sizing: border-box; }
        html { scroll-snap-type: y proximity; }
        body { margin: 0; background: var(--paper); color: var(--ink); font: 20px/1.35 system-ui, sans-serif; }
        section { min-height: 100vh; max-width: 1400px; margin: 0 auto; padding: 14px 36px; scroll-snap-align: start; }
        section { display: flex; flex-direction: column; justify-content: center; }
        h2 { font-size: 34px; line-height: 1.15; margin: 0 0 10px; }
        svg { display: block; width: 100%; max-height: 66vh; font-size: 28px; }
        svg text { fill: var(--ink); }
        svg .faint { fill: var(--faint); font-size: 24px; }
        svg .grid { stroke: var(--rule); stroke-width: 2; }
        svg .range { stroke: var(--b); stroke-width: 6; }
        p { margin: 12px 0 0; color: var(--faint); }
        .see { font-size: 28px; color: var(--ink); }
        .table { overflow-x: auto; }
        table { border-collapse: collapse; width: 100%; font-size: 20px; font-variant-numeric: tabular-nums; }
        th, td { padding: 0 8px; border-bottom: 1px solid var(--rule); text-align: right; white-space: nowrap; }
        th { font-weight: 600; white-space: normal; vertical-align: bottom; }
        tr > th:first-child { text-align: left; font-weight: 400; width: 19%; }
        tr.part > th:first-child { font-weight: 600; padding-top: 5px; color: var(--a); }
        tr.range { font-size: 15px; color: var(--faint); }
        li { margin: 4px 0; }
        """;
}
