using System.Globalization;
using System.Text.Json;

namespace Classroom;

/// <summary>How the cost grows with the class, as text, page, JSON and CSV.</summary>
sealed class GrowthReport(GrowthResult result)
{
    /// <summary>Where a step stops being able: who waits longer than that notices it.</summary>
    const double LongestDelay = 1000;

    /// <summary>A server that takes less of a core, in percent, does not keep anybody waiting.</summary>
    const double IdleServer = 50;

    static readonly GrowthRow[] Kinds =
    [
        new("delayMedian", "Delay, median", "ms", one => one.DelayMedian, Number.Delay),
        new("delay99", "Delay, 99 %", "ms", one => one.Delay99, Number.Delay),
        new("cpu", "Server's processor, of a core", "%", one => one.Cpu, Number.Percent),
        new("memory", "Server's memory", "bytes", one => one.Memory, Number.Bytes),
    ];

    string[] Steps => [.. result.Figures.Select(one => one.Step).Distinct()];

    int[] Sizes => [.. result.Figures.Select(one => one.Students).Distinct()];

    public override string ToString() => Table.WithNotes($"{result.Run}", Sentences);

    public string ToJson() => JsonSerializer.Serialize(result, FigureJson.Options) + "\n";

    public string ToCsv()
    {
        var lines = result.Figures.SelectMany(one => Kinds.Select(kind =>
        {
            var figure = kind.Of(one);
            return string.Create(
                CultureInfo.InvariantCulture,
                $"{one.Step},{one.Students},{kind.Key},{kind.Unit},{figure.Median},{figure.Least},{figure.Most}\n");
        }));
        return "step,students,figure,unit,median,least,most\n" + string.Concat(lines);
    }

    public string ToHtml()
    {
        var page = new Page("How the cost grows with the class");
        page.AddTable("How the cost grows with the class", Table, $"{result.Run}");
        page.AddPlot("How late is a message in a large class?",
            Plot.Lines("Delay, 99 %", result.Figures, one => one.Delay99, Number.Time),
            "What asks by the clock is as late in any class; what is sent at once is later the more there are to send "
            + "it to.");
        page.AddPlot("How busy is the server?",
            Plot.Lines("Processor", result.Figures, one => one.Cpu, Number.Percent),
            "Each line rises with the class: the higher it lies, the fewer clients a server has time for. At 100 % it "
            + "takes a whole core.");
        page.AddPlot("How much memory does it take?",
            Plot.Lines("Memory", result.Figures, one => one.Memory, Number.Bytes),
            "The lines run side by side: thousands of clients fit in the memory of any laptop.");
        page.AddList("What was measured", Sentences);
        return page.ToString();
    }

    public IEnumerable<string> Faults => result.Figures
        .Where(one => one.Mistakes.Any)
        .Select(one => $"{one.Step}, {one.Students} students: {one.Mistakes.Lost} messages were lost, "
            + $"{one.Mistakes.Repeated} repeated, and {one.Mistakes.Disordered} out of order.");

    Table Table
    {
        get
        {
            var table = new Table(["Students", .. Steps.Select(step => Technique.Of(step).Title)]);
            foreach (var kind in Kinds)
            {
                table.AddHeading(kind.Name);
                foreach (var size in Sizes)
                {
                    table.Add([Number.Plain(size), .. Steps.Select(step => Cell(kind, step, size))]);
                }
            }
            return table;
        }
    }

    IEnumerable<string> Sentences
    {
        get
        {
            yield return "A class reads, and one writes a message every 3 s. Each figure is the median over the "
                + "messages; students and server share this machine.";
            if (Steps.Any(step => !Technique.Of(step).DeliversAtOnce))
            {
                yield return "01 reloads every 10 s, 02 asks every 3 s: their delay is up to that, in any class.";
            }
            foreach (var step in Steps.Where(step => Technique.Of(step).DeliversAtOnce))
            {
                yield return Able(step);
            }
            foreach (var limit in result.Limits)
            {
                yield return limit;
            }
        }
    }

    string Able(string step)
    {
        var late = result.Figures.FirstOrDefault(one => one.Step == step && one.Delay99.Median > LongestDelay);
        var most = result.Figures.Where(one => one.Step == step).Max(one => one.Students);
        if (late is null)
        {
            return $"{step}: up to {Number.Plural(most, "student")}, 99 % of the messages arrive within a second.";
        }
        var limit = late.Cpu.Median < IdleServer
            ? "what is late is this machine, which plays all students as well, and not the technique"
            : "it has no time for more";
        return $"{step}: with {Number.Plural(late.Students, "student")}, 99 % of the messages arrive within "
            + $"{Number.Time(late.Delay99.Median)}, no longer within a second. "
            + $"The server takes {Number.Percent(late.Cpu.Median)} of a core then: {limit}.";
    }

    string Cell(GrowthRow kind, string step, int size)
    {
        var one = result.Figures.FirstOrDefault(one => one.Step == step && one.Students == size);
        return one is null || double.IsNaN(kind.Of(one).Median) ? "–" : kind.Write(kind.Of(one).Median);
    }

    sealed record GrowthRow(
        string Key, string Name, string Unit, Func<GrowthFigures, Figure> Of, Func<double, string> Write);
}
