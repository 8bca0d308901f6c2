namespace Classroom;

/// <summary>Rows and columns as text that reads well as it is, and is a Markdown table as well.</summary>
sealed class Table(params string[] columns)
{
    readonly List<string[]> rows = [];

    public IReadOnlyList<string> Columns => columns;

    public IReadOnlyList<string[]> Rows => rows;

    public void Add(params string[] cells) => rows.Add(cells);

    /// <summary>The first column is aligned to the left, the numbers in the others to the right.</summary>
    public override string ToString()
    {
        var widths = columns.Select((name, i) => rows.Select(row => row[i].Length).Append(name.Length).Append(3).Max()).ToArray();
        var rule = "|" + string.Concat(widths.Select((width, i) => i == 0 ? new string('-', width + 2) + "|" : new string('-', width + 1) + ":|"));
        return string.Join('\n', [Line(columns), rule, .. rows.Select(Line)]) + "\n";

        string Line(string[] cells) =>
            "|" + string.Concat(cells.Select((cell, i) => $" {(i == 0 ? cell.PadRight(widths[i]) : cell.PadLeft(widths[i]))} |"));
    }
}
