namespace Classroom;

/// <param name="Sign">+ is added, - is removed, and a space is in both.</param>
readonly record struct DiffLine(char Sign, string Text);

/// <summary>One file of two folders.</summary>
/// <param name="Name">The file's name in the folder; that of the new one where they differ.</param>
/// <param name="Before">The folder and file in the old folder; null when it is new.</param>
/// <param name="After">The folder and file in the new folder; null when it is gone.</param>
/// <param name="Lines">All lines, and what becomes of them.</param>
sealed record FileDiff(string Name, string? Before, string? After, IReadOnlyList<DiffLine> Lines)
{
    public int Added { get; } = Lines.Count(line => line.Sign == '+');

    public int Removed { get; } = Lines.Count(line => line.Sign == '-');

    public bool Differs => Before is null || After is null || Added + Removed > 0;
}

/// <summary>
/// Compares the files of two steps: those that a person has written, not what building makes of them, and not the page
/// of the step and its requests, which have little in common.
/// </summary>
static class Diff
{
    /// <summary>How many unchanged lines are shown before and after a change.</summary>
    const int Context = 3;

    static readonly string[] made = ["bin", "obj", "publish", "TestResults"];

    static readonly string[] aboutTheStep = [".md", ".http", ".user"];

    /// <summary>What is read in class comes first.</summary>
    static readonly string[] first = ["Program.cs", "chat.js", "index.html"];

    /// <param name="from">A step's folder, by its path.</param>
    /// <param name="to">Another one.</param>
    public static IReadOnlyList<FileDiff> Folders(string from, string to)
    {
        var (before, after) = (FilesOf(from), FilesOf(to));
        return
        [
            .. before.Keys.Union(after.Keys)
                .OrderBy(name => first.Contains(name) ? Array.IndexOf(first, name) : first.Length)
                .ThenBy(name => name, StringComparer.Ordinal)
                .Select(name => Files(from, before.GetValueOrDefault(name), to, after.GetValueOrDefault(name))),
        ];
    }

    /// <summary>The fewest lines to remove and to add that turn one text into another.</summary>
    public static IReadOnlyList<DiffLine> Lines(string[] before, string[] after)
    {
        // common[i, j]: how many lines the texts from line i and from line j on have in common, in order.
        var common = new int[before.Length + 1, after.Length + 1];
        for (var i = before.Length - 1; i >= 0; i--)
        {
            for (var j = after.Length - 1; j >= 0; j--)
            {
                common[i, j] = before[i] == after[j]
                    ? common[i + 1, j + 1] + 1
                    : Math.Max(common[i + 1, j], common[i, j + 1]);
            }
        }
        return Walk(before, after, common);
    }

    /// <summary>Changed lines that stand close together, with the lines around them and where that is.</summary>
    public static IEnumerable<(string Header, DiffLine[] Lines)> Hunks(IReadOnlyList<DiffLine> lines)
    {
        var from = 0;
        while (true)
        {
            while (from < lines.Count && lines[from].Sign == ' ')
            {
                from++;
            }
            if (from == lines.Count)
            {
                yield break;
            }
            var end = EndOfChange(lines, from);
            var start = Math.Max(0, from - Context);
            DiffLine[] above = [.. lines.Take(start)];
            DiffLine[] shown = [.. lines.Take(Math.Min(lines.Count, end + Context)).Skip(start)];
            var before = Range(above, shown, '+');
            var after = Range(above, shown, '-');
            yield return ($"@@ -{before} +{after} @@", shown);
            from = end;
        }
    }

    static List<DiffLine> Walk(string[] before, string[] after, int[,] common)
    {
        List<DiffLine> lines = [];
        var (i, j) = (0, 0);
        while (i < before.Length || j < after.Length)
        {
            if (i < before.Length && j < after.Length && before[i] == after[j])
            {
                lines.Add(new(' ', before[i]));
                i++;
                j++;
            }
            else if (j == after.Length || (i < before.Length && common[i + 1, j] >= common[i, j + 1]))
            {
                lines.Add(new('-', before[i]));
                i++;
            }
            else
            {
                lines.Add(new('+', after[j]));
                j++;
            }
        }
        return lines;
    }

    /// <summary>The end of the last change of a hunk: after it come more unchanged lines than two contexts.</summary>
    static int EndOfChange(IReadOnlyList<DiffLine> lines, int from)
    {
        var end = from;
        for (var i = from; i < lines.Count && i - end <= 2 * Context; i++)
        {
            if (lines[i].Sign != ' ')
            {
                end = i + 1;
            }
        }
        return end;
    }

    /// <summary>"first line,number of lines" in the text that does not have the lines of one kind.</summary>
    static string Range(DiffLine[] above, DiffLine[] shown, char without)
    {
        var count = shown.Count(line => line.Sign != without);
        var first = above.Count(line => line.Sign != without) + (count > 0 ? 1 : 0);
        return $"{first},{count}";
    }

    static FileDiff Files(string from, string? before, string to, string? after)
    {
        var lines = Lines(Read(from, before), Read(to, after));
        return new((after ?? before)!, InSet(from, before), InSet(to, after), lines);

        static string? InSet(string folder, string? name) => name is null ? null : $"{Path.GetFileName(folder)}/{name}";

        static string[] Read(string folder, string? name) =>
            name is null ? [] : File.ReadAllLines(Path.Combine(folder, name));
    }

    /// <summary>The files of a folder. The project file has another name in each: it goes by its ending.</summary>
    static Dictionary<string, string> FilesOf(string folder) =>
        Directory.GetFiles(folder, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(folder, path).Replace('\\', '/'))
            .Where(IsWritten)
            .ToDictionary(name => name == $"{Path.GetFileName(folder)}.csproj" ? ".csproj" : name);

    static bool IsWritten(string name)
    {
        var parts = name.Split('/');
        return !parts.Any(part => part.StartsWith('.'))
            && !made.Contains(parts[0])
            && !aboutTheStep.Contains(Path.GetExtension(name));
    }
}
