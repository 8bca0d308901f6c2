using System.Text.RegularExpressions;

namespace Classroom;

/// <param name="Sign">+ is added, - is removed, and a space is in both.</param>
readonly record struct DiffLine(char Sign, string Text);

/// <summary>One file of two steps.</summary>
/// <param name="Before">The folder and file in the first step; null when it is new.</param>
/// <param name="After">The folder and file in the second step; null when it is gone.</param>
sealed record FileDiff(string? Before, string? After)
{
    /// <summary>The file's name in its folder; that of the new one where they differ.</summary>
    public string Name { get; } = string.Join('/', (After ?? Before)!.Split('/')[1..]);

    /// <summary>All lines, and what becomes of them.</summary>
    public IReadOnlyList<DiffLine> Lines { get; } = Diff.Lines(Read(Before), Read(After));

    public int Added => Lines.Count(line => line.Sign == '+');

    public int Removed => Lines.Count(line => line.Sign == '-');

    public bool Differs => Before is null || After is null || Lines.Any(line => line.Sign != ' ');

    static string[] Read(string? path) => path is null ? [] : File.ReadAllLines(Path.Combine(Repository.Root, path));
}

/// <summary>
/// Compares the files of two steps: those that a person has written, not what building makes of them, and not the page
/// of the step and its requests, which have little in common.
/// </summary>
static class Diff
{
    /// <summary>How many unchanged lines are shown before and after a change.</summary>
    const int Context = 3;

    /// <summary>What is read in class comes first.</summary>
    static readonly string[] first = ["Program.cs", "chat.js", "index.html"];

    public static IReadOnlyList<FileDiff> Between(Technique from, Technique to)
    {
        var (before, after) = (FilesOf(from), FilesOf(to));
        return
        [
            .. before.Keys.Union(after.Keys)
                .OrderBy(name => first.Contains(name) ? Array.IndexOf(first, name) : first.Length)
                .ThenBy(name => name, StringComparer.Ordinal)
                .Select(name => new FileDiff(before.GetValueOrDefault(name), after.GetValueOrDefault(name))),
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
        for (var start = 0; start < lines.Count; start++)
        {
            DiffLine[] shown = [.. lines.Skip(start).TakeWhile((_, i) => IsNearChange(start + i))];
            if (shown.Length > 0)
            {
                var above = lines.Take(start);
                yield return ($"@@ -{Range(above, shown, '+')} +{Range(above, shown, '-')} @@", shown);
                start += shown.Length;
            }
        }

        bool IsNearChange(int at) =>
            lines.Take(at + Context + 1).Skip(at - Context).Any(line => line.Sign != ' ');
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

    /// <summary>"first line,number of lines" in the text that does not have the lines of one kind.</summary>
    static string Range(IEnumerable<DiffLine> above, DiffLine[] shown, char without)
    {
        var count = shown.Count(line => line.Sign != without);
        var first = above.Count(line => line.Sign != without) + (count > 0 ? 1 : 0);
        return $"{first},{count}";
    }

    /// <summary>
    /// The files of a step, with its folder, by their names. The project file has another name in each: it goes by its
    /// ending.
    /// </summary>
    static Dictionary<string, string> FilesOf(Technique step)
    {
        var folder = Path.Combine(Repository.Root, step.Folder);
        return Directory.GetFiles(folder, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(folder, path).Replace('\\', '/'))
            .Where(name => !Regex.IsMatch(name, @"(^|/)\.|^(bin|obj|publish|TestResults)/|\.(md|http|user)$"))
            .ToDictionary(name => name == $"{step}.csproj" ? ".csproj" : name, name => $"{step}/{name}");
    }
}
