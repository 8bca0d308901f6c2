namespace Classroom;

/// <summary>Rows and columns as text that reads well as it is, and is a Markdown table as well.</summary>
sealed class Table(params string[] columns)
{
    readonly List<string[]> rows = [];

    public IReadOnlyList<string> Columns => columns;

    public IReadOnlyList<string[]> Rows => rows;

    public void Add(params string[] cells) => rows.Add(cells);

    /// <summary>A row without figures.</summary>
    public void AddHeading(string name) => Add([$"**{name}**", .. columns.Skip(1).Select(_ => "")]);

    /// <summary>The table, a line below it, and notes as a list.</summary>
    public string WithNotes(string below, IEnumerable<string> notes) =>
        $"{this}\n{below}\n\n{string.Concat(notes.Select(note => $"- {note}\n"))}";

    /// <summary>The first column is aligned to the left, the numbers in the others to the right.</summary>
    public override string ToString()
    {
        var widths = columns.Select(WidthOf).ToArray();
        var rules = widths.Select((width, i) => new string('-', width + 1) + (IsLeft(i) ? "-|" : ":|"));
        return string.Join('\n', [Line(columns), "|" + string.Concat(rules), .. rows.Select(Line)]) + "\n";

        string Line(string[] cells) => "|" + string.Concat(cells.Select(Cell));

        string Cell(string text, int i) => $" {(IsLeft(i) ? text.PadRight(widths[i]) : text.PadLeft(widths[i]))} |";
    }

    /// <summary>At least 3, since Markdown wants a rule of three hyphens.</summary>
    int WidthOf(string name, int i) => rows.Select(row => row[i].Length).Append(name.Length).Append(3).Max();

    static bool IsLeft(int column) => column == 0;
}
