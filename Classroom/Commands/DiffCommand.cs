namespace Classroom;

/// <summary>Shows every file that differs between two steps, and counts the lines.</summary>
sealed class DiffCommand : ICommand
{
    const string Bold = "\e[1m";
    const string Red = "\e[31m";
    const string Green = "\e[32m";
    const string Cyan = "\e[36m";
    const string Plain = "\e[0m";

    public string Name => "diff";

    public string Arguments => "N M";

    public string Summary => "shows what changes from step N to step M";

    public string Options => """
            Every file that differs is shown, a new one whole; then the lines that were added and removed are counted.
            Colours are for a terminal, and not if NO_COLOR is set.
        """;

    public Task<int> RunAsync(string[] arguments, Terminal terminal, CancellationToken stop)
    {
        var (_, words) = CommandLine.Parse<NoOptions>(arguments);
        if (words.Length != 2)
        {
            throw new UsageException($"diff needs two steps, for example {Program.Script} diff 2 3");
        }
        var (from, to) = (CommandLine.Step(words[0]), CommandLine.Step(words[1]));
        var files = FolderComparison.Compare(
            Path.Combine(Repository.Root, from.Folder), Path.Combine(Repository.Root, to.Folder));
        foreach (var file in files.Where(file => file.Differs))
        {
            Show(file, terminal);
        }
        Count(files, $"{from} -> {to}", terminal.Output);
        return Task.FromResult(0);
    }

    static void Show(FileComparison file, Terminal terminal)
    {
        if (file.IsGone)
        {
            Write(Bold, $"{file.Before} is gone");
            return;
        }
        Write(Bold, $"--- {file.Before ?? "/dev/null"}");
        Write(Bold, $"+++ {file.After}");
        foreach (var hunk in Hunk.Of(file.Lines))
        {
            Write(Cyan, hunk.Header);
            foreach (var (kind, text) in hunk.Lines)
            {
                var colour = kind switch
                {
                    LineKind.Removed => Red,
                    LineKind.Added => Green,
                    _ => "",
                };
                Write(colour, $"{(char)kind}{text}");
            }
        }

        void Write(string colour, string line) =>
            terminal.Output.WriteLine(terminal.HasColour && colour.Length > 0 ? colour + line + Plain : line);
    }

    static void Count(IReadOnlyList<FileComparison> files, string heading, TextWriter output)
    {
        var changed = files.Where(file => file.Differs).ToArray();
        var equal = files.Where(file => !file.Differs).Select(file => file.Name);
        const string Total = "total";
        var width = changed.Select(file => file.Name.Length).Append(Total.Length).Max();
        output.WriteLine();
        output.WriteLine(heading);
        output.WriteLine($"equal: {string.Join(", ", equal.DefaultIfEmpty("none"))}");
        foreach (var file in changed)
        {
            var note = file.IsNew ? "  new" : file.IsGone ? "  gone" : "";
            output.WriteLine(Row(file.Name, file.Added, file.Removed) + note);
        }
        output.WriteLine(Row(Total, changed.Sum(file => file.Added), changed.Sum(file => file.Removed)));

        string Row(string name, int added, int removed) => $"{name.PadRight(width)} {$"+{added}",-5} -{removed}";
    }
}
