using System.Reflection;

namespace Classroom;

/// <summary>Where the set is, and what was built of it: Classroom.csproj writes that into this assembly.</summary>
public static class Repository
{
    static readonly Dictionary<string, string?> built = typeof(Repository).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .ToDictionary(attribute => attribute.Key, attribute => attribute.Value);

    /// <summary>The folder of the set.</summary>
    public static string Root => built["Root"]!;

    /// <summary>"Debug" or "Release".</summary>
    public static string Configuration => built["Configuration"]!;

    /// <summary>The steps that are there, in order.</summary>
    public static IReadOnlyList<Technique> Techniques { get; } =
        [.. Technique.All.Where(technique => built.ContainsKey(technique.Folder))];

    /// <summary>The program that building a step has made.</summary>
    /// <exception cref="FileNotFoundException">It is not there any more.</exception>
    public static string Program(Technique technique)
    {
        var program = built.GetValueOrDefault(technique.Folder);
        return File.Exists(program)
            ? program
            : throw new FileNotFoundException($"{technique} is not built: there is no {program}");
    }
}
