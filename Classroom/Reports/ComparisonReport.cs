namespace Classroom;

/// <summary>What compare prints: a Markdown table that reads well in a terminal, and what each row is.</summary>
sealed class ComparisonReport(ComparisonResult result)
{
    public override string ToString() => TableOf(FigureSection.All).WithNotes(Measured, Sentences);

    /// <summary>The techniques are the columns.</summary>
    public Table TableOf(IEnumerable<FigureSection> sections)
    {
        var table = new Table(["", .. result.Steps.Select(step => step.Technique.Name)]);
        foreach (var section in sections)
        {
            table.AddHeading(section.Name);
            foreach (var row in section.Rows)
            {
                table.Add([row.Name, .. result.Steps.Select(row.Median)]);
                var ranges = result.Steps.Select(row.Range).ToArray();
                if (ranges.Any(range => range.Length > 0))
                {
                    table.Add(["… range", .. ranges]);
                }
            }
        }
        table.AddHeading("All messages");
        table.Add(["lost, repeated, out of order", .. result.Steps.Select(step => Text(step.Mistakes))]);
        return table;
    }

    /// <summary>When, by which command, and on what.</summary>
    public string Measured => result.Run.ToString();

    /// <summary>What holds for all, and a sentence for each row.</summary>
    public IEnumerable<string> Sentences
    {
        get
        {
            yield return $"A figure is the median of {result.Run.Rounds} rounds, to two digits; … range is from the "
                + "least to the most of them, where that differs. A KB is 1,000 bytes.";
            yield return "Processor time depends on the machine, and on what else it does, by a third or more: compare "
                + "steps of one run.";
            yield return "≈ 0 cannot be told from what a server without clients does.";
            if (result.Steps.Any(step => step.KeepRequests is null))
            {
                yield return "– was not measured: 04 sends a ping every 37.5 s, for which --quick has no time.";
            }
            yield return $"A class is {Number.Plural(result.Run.Students, "student")} who read and one who writes at "
                + "even distances; they run on the machine on which the server runs.";
            yield return "01 and 02 run one and the same server: what a client holds there is measured once.";
            foreach (var section in FigureSection.All)
            {
                foreach (var row in section.Rows)
                {
                    yield return $"{section.Name}, {row.Name}: {row.Sentence}";
                }
            }
        }
    }

    /// <summary>A sentence for each step whose messages did not come as they should.</summary>
    public IEnumerable<string> Faults => result.Steps
        .Where(step => step.Mistakes.Any)
        .Select(step => $"{step.Step}: of the messages that should come once and in order to every client, "
            + $"{step.Mistakes.Lost} were lost, {step.Mistakes.Repeated} repeated, "
            + $"and {step.Mistakes.Disordered} out of order.");

    static string Text(Mistakes mistakes) =>
        mistakes.Any ? $"{mistakes.Lost}, {mistakes.Repeated}, {mistakes.Disordered}" : "0";
}
