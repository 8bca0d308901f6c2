namespace Classroom;

/// <summary>
/// Compares the files of two step folders: those that a person has written, not what building makes of them.
/// </summary>
static class FolderComparison
{
    static readonly string[] Made = ["bin", "obj", "publish", "TestResults"];

    /// <summary>What is read in class comes first.</summary>
    static readonly string[] First = ["Program.cs", "chat.js", "index.html"];

    public static IReadOnlyList<FileComparison> Compare(string from, string to)
    {
        var (before, after) = (Files(from), Files(to));
        return
        [
            .. before.Keys.Union(after.Keys)
                .OrderBy(name => First.Contains(name) ? Array.IndexOf(First, name) : First.Length)
                .ThenBy(name => name, StringComparer.Ordinal)
                .Select(name => Compare(from, before.GetValueOrDefault(name), to, after.GetValueOrDefault(name)))
        ];
    }

    static FileComparison Compare(string from, string? before, string to, string? after) => new(
        (after ?? before)!,
        PathInSet(from, before),
        PathInSet(to, after),
        LineComparison.Compare(Lines(from, before), Lines(to, after)));

    static string? PathInSet(string folder, string? name) => name is null ? null : $"{Path.GetFileName(folder)}/{name}";

    static string[] Lines(string folder, string? name) =>
        name is null ? [] : File.ReadAllLines(Path.Combine(folder, name));

    /// <summary>The files of a folder. The project file has another name in each: it goes by its ending.</summary>
    static Dictionary<string, string> Files(string folder) =>
        Directory.GetFiles(folder, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(folder, path).Replace('\\', '/'))
            .Where(IsWritten)
            .ToDictionary(name => name == Path.GetFileName(folder) + ".csproj" ? ".csproj" : name);

    static bool IsWritten(string name)
    {
        var parts = name.Split('/');
        return !parts.Any(part => part.StartsWith('.'))
            && !Made.Contains(parts[0])
            && !name.EndsWith(".user", StringComparison.Ordinal);
    }
}
