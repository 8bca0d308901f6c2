namespace Classroom;

/// <summary>Shows every file that differs between two steps, and counts the lines.</summary>
static class DiffCommand
{
    const string Bold = "\e[1m";
    const string Red = "\e[31m";
    const string Green = "\e[32m";
    const string Cyan = "\e[36m";
    const string Plain = "\e[0m";

    public static Task<int> RunAsync(Options options, Terminal terminal, CancellationToken stop)
    {
        var steps = options.Steps(2, "diff 2 3");
        var (from, to) = (steps[0], steps[1]);
        var files = Diff.Between(from, to);
        foreach (var file in files.Where(file => file.Differs))
        {
            Show(file, terminal);
        }
        Count(files, $"{from} -> {to}", terminal.Output);
        return Task.FromResult(0);
    }

    static void Show(FileDiff file, Terminal terminal)
    {
        if (file.After is null)
        {
            Write(Bold, $"{file.Before} is gone");
            return;
        }
        Write(Bold, $"--- {file.Before ?? "/dev/null"}");
        Write(Bold, $"+++ {file.After}");
        foreach (var (header, lines) in Diff.Hunks(file.Lines))
        {
            Write(Cyan, header);
            foreach (var (sign, text) in lines)
            {
                var colour = sign switch
                {
                    '+' => Green,
                    '-' => Red,
                    _ => "",
                };
                Write(colour, $"{sign}{text}");
            }
        }

        void Write(string colour, string line) =>
            terminal.Output.WriteLine(terminal.HasColour && colour.Length > 0 ? colour + line + Plain : line);
    }

    static void Count(IReadOnlyList<FileDiff> files, string heading, TextWriter output)
    {
        const string Total = "total";
        FileDiff[] changed = [.. files.Where(file => file.Differs)];
        var equal = files.Where(file => !file.Differs).Select(file => file.Name).DefaultIfEmpty("none");
        var width = changed.Select(file => file.Name.Length).Append(Total.Length).Max();
        output.WriteLine();
        output.WriteLine(heading);
        output.WriteLine($"equal: {string.Join(", ", equal)}");
        foreach (var file in changed)
        {
            var note = file switch
            {
                { Before: null } => "  new",
                { After: null } => "  gone",
                _ => "",
            };
            output.WriteLine(Row(file.Name, file.Added, file.Removed) + note);
        }
        output.WriteLine(Row(Total, changed.Sum(file => file.Added), changed.Sum(file => file.Removed)));

        string Row(string name, int added, int removed) => $"{name.PadRight(width)} {$"+{added}",-5} -{removed}";
    }
}
