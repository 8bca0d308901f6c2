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
                .Select(name => Compare(before.GetValueOrDefault(name), after.GetValueOrDefault(name)))
        ];
    }

    static FileComparison Compare(StepFile? before, StepFile? after)
    {
        var lines = LineComparison.Compare(before?.Lines() ?? [], after?.Lines() ?? []);
        return new((after ?? before!).Name, before?.PathInSet, after?.PathInSet, lines);
    }

    /// <summary>The files of a folder. The project file has another name in each: it goes by its ending.</summary>
    static Dictionary<string, StepFile> Files(string folder)
    {
        var set = Path.GetDirectoryName(folder)!;
        var files = new Dictionary<string, StepFile>();
        foreach (var path in Directory.GetFiles(folder, "*", SearchOption.AllDirectories))
        {
            var name = Path.GetRelativePath(folder, path).Replace('\\', '/');
            if (!IsWritten(name))
            {
                continue;
            }
            var key = name == Path.GetFileName(folder) + ".csproj" ? ".csproj" : name;
            files.Add(key, new(name, Path.GetRelativePath(set, path).Replace('\\', '/'), path));
        }
        return files;
    }

    static bool IsWritten(string name)
    {
        var parts = name.Split('/');
        return !parts.Any(part => part.StartsWith('.'))
            && !Made.Contains(parts[0])
            && !name.EndsWith(".user", StringComparison.Ordinal);
    }

    /// <param name="Name">Its name in the step's folder.</param>
    /// <param name="PathInSet">Its path from the set's folder.</param>
    /// <param name="Path">Its path.</param>
    sealed record StepFile(string Name, string PathInSet, string Path)
    {
        public string[] Lines() => File.ReadAllLines(Path);
    }
}
