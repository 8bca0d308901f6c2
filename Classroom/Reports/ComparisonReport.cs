namespace Classroom;

/// <summary>What compare prints: a Markdown table that reads well in a terminal, and what each row is.</summary>
static class ComparisonReport
{
    /// <summary>All of it.</summary>
    public static string Text(ComparisonResult result) =>
        $"{Markdown(result)}\n{string.Concat(Sentences(result).Select(sentence => $"- {sentence}\n"))}";

    /// <summary>The table, and the line below it that says when and how it was measured.</summary>
    public static string Markdown(ComparisonResult result)
    {
        List<string[]> rows = [["", .. result.Steps.Select(step => step.Technique.Name)]];
        foreach (var section in FigureSection.All)
        {
            rows.Add([$"**{section.Name}**", .. result.Steps.Select(_ => "")]);
            foreach (var row in section.Rows)
            {
                rows.Add([row.Name, .. result.Steps.Select(row.Median)]);
                string[] ranges = [.. result.Steps.Select(row.Range)];
                if (ranges.Any(range => range.Length > 0))
                {
                    rows.Add(["… range", .. ranges]);
                }
            }
        }
        return $"{Table(rows)}\n{result}\n";
    }

    /// <summary>What holds for all, and a sentence for each row.</summary>
    public static IEnumerable<string> Sentences(ComparisonResult result) =>
    [
        $"A figure is the median of {result.Plan.Rounds} rounds, to two digits; … range is from the least to the most "
            + "of them, where that differs. A KB is 1,000 bytes.",
        "Processor time depends on the machine, and on what else it does, by a third or more: compare the steps of one "
            + "run.",
        $"A class is {result.Plan.Students} students who read and one who writes at even distances; they run on the "
            + "machine on which the server runs.",
        .. FigureSection.All.SelectMany(section =>
            section.Rows.Select(row => $"{section.Name}, {row.Name}: {row.Sentence}")),
    ];

    /// <summary>The first column is aligned to the left, the numbers in the others to the right.</summary>
    static string Table(IReadOnlyList<string[]> rows)
    {
        // Markdown wants a rule of three hyphens at least.
        var widths = rows[0].Select((_, column) => Math.Max(3, rows.Max(row => row[column].Length))).ToArray();
        var rule = widths.Select((width, column) => new string('-', width + 1) + (column == 0 ? "-|" : ":|"));
        return string.Join('\n', [Line(rows[0]), "|" + string.Concat(rule), .. rows.Skip(1).Select(Line)]) + "\n";

        string Line(string[] row) => "|" + string.Concat(row.Select(Cell));

        string Cell(string text, int column) =>
            $" {(column == 0 ? text.PadRight(widths[column]) : text.PadLeft(widths[column]))} |";
    }
}
