namespace Classroom;

/// <summary>Where the set of examples is, and which steps it has.</summary>
public static class Repository
{
    /// <summary>The folder that holds Examples.sln, found upwards from the running program.</summary>
    /// <exception cref="DirectoryNotFoundException">The program does not run from inside the set.</exception>
    public static string Root => root.Value;

    static readonly Lazy<string> root = new(() =>
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Examples.sln")))
            {
                return folder.FullName;
            }
        }
        throw new DirectoryNotFoundException($"There is no Examples.sln in or above {AppContext.BaseDirectory}");
    });

    /// <summary>The configuration that the running program was built in: "Debug" or "Release".</summary>
    public static string Configuration { get; } = ConfigurationOf(new DirectoryInfo(AppContext.BaseDirectory));

    /// <param name="folder">…/bin/CONFIGURATION/net10.0/</param>
    static string ConfigurationOf(DirectoryInfo folder)
    {
        var configuration = folder.Parent;
        return configuration?.Parent?.Name == "bin" ? configuration.Name : "Release";
    }

    /// <summary>The steps that are there, in order.</summary>
    public static IReadOnlyList<Technique> Techniques() =>
        [.. Technique.All.Where(technique => File.Exists(Project(technique.Folder)))];

    /// <summary>Their folders: "01-HttpRefresh", "02-ShortPolling", …</summary>
    public static IReadOnlyList<string> Steps() => [.. Techniques().Select(technique => technique.Folder)];

    /// <summary>Whether two steps run the same program, and differ in the page alone.</summary>
    public static bool HaveSameServer(Technique one, Technique other) =>
        FolderComparison.Compare(Path.Combine(Root, one.Folder), Path.Combine(Root, other.Folder))
            .Where(file => file.Name.EndsWith(".cs", StringComparison.Ordinal))
            .All(file => !file.Differs);

    public static string Project(string step) => Path.Combine(Root, step, step + ".csproj");

    /// <summary>The path of the program that building a step makes.</summary>
    public static string Program(string step, string configuration) =>
        Path.Combine(Root, step, "bin", configuration, "net10.0", step + ".dll");
}
