namespace Classroom;

/// <summary>How each technique's cost grows with the class.</summary>
sealed class GrowthReport(
    IReadOnlyList<Figures> figures, IReadOnlyList<string> limits, bool cold, string command)
    : Report(figures, cold, command)
{
    protected override string Title => "How the cost grows with the class";

    public override Table Table
    {
        get
        {
            var table = new Table(
                "Step", "Students", "Median delay", "99 %", "Worst", "CPU, %", "CPU, µs", "Memory, MB", "Memory, KB",
                "Requests per s", "Connections",
                "Lost", "Duplicated", "Disordered");
            foreach (var one in Figures.OrderBy(one => one.Step, StringComparer.Ordinal).ThenBy(one => one.Students))
            {
                table.Add(Name(one), Unit.Count(one.Students), Unit.Time(one.DelayMedian), Unit.Time(one.Delay99),
                    Unit.Time(one.DelayWorst),
                    Unit.Number(one.CpuShare), Unit.Number(one.CpuPerDelivery),
                    Unit.Number(one.MemorySeated / 1048576.0), Unit.Number(one.MemoryPerClient / 1024),
                    Unit.Number((one.Requests - one.SeatingRequests) / one.Seconds), Unit.Count(one.Connections),
                    Unit.Count(one.Lost), Unit.Count(one.Duplicated), Unit.Count(one.Disordered));
            }
            return table;
        }
    }

    protected override IEnumerable<string> Notes
    {
        get
        {
            yield return "One student in five writes" + (Figures is [var first, ..]
                ? $": {Unit.Plural(first.Sent, "message")} from all of them together, however many they are."
                : ".") + Rehearsed;
            yield return "Delays: from stored on the server to received by another student than the writer. "
                + "Students, wire and server share this machine: where they fill it, the delay is theirs together.";
            yield return "CPU: of the server, in percent of one core while messages are written, and per message "
                + "delivered. Idle CPU is not measured here.";
            yield return "Memory: resident memory of the server with the class seated; and the growth that came with "
                + "the class, per student, from 200 students on: below that it cannot be told from noise.";
            yield return "Requests per s: from the first message until everybody had the last one. Connections: open "
                + "through the wire at the end.";
            yield return "Lost, Duplicated, Disordered: over all students; any but 0 is a fault.";
            foreach (var limit in limits)
            {
                yield return limit;
            }
        }
    }

    protected override IEnumerable<string> Charts =>
    [
        Chart.Lines("How late a message is (median)", Figures, one => one.DelayMedian, Chart.ShortTime),
        Chart.Lines("Processor of the server, percent of one core", Figures, one => one.CpuShare, tick => $"{tick} %"),
        Chart.Lines("Memory of the server", Figures, one => one.MemorySeated / 1048576.0, tick => $"{tick} MB"),
    ];
}
