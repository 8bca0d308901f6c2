using System.Text.RegularExpressions;

namespace Tests;

/// <summary>A page of the text.</summary>
/// <param name="Name">"03-LongPolling/README.md".</param>
sealed partial record Page(string Name)
{
    /// <summary>Those that there have to be.</summary>
    public static string[] Names { get; } =
    [
        "README.md",
        .. Technique.All.Select(technique => $"{technique}/README.md"),
        .. new[] { "README", "TABLE", "PRODUCTION", "SETUP", "REFERENCE", "QUESTIONS" }
            .Select(name => $"Classroom/{name}.md"),
    ];

    /// <summary>Those that there are.</summary>
    public static Page[] All { get; } = [.. Names.Select(name => new Page(name)).Where(page => File.Exists(page.Path))];

    /// <summary>What is written in the figures.</summary>
    public static string Drawings { get; } = Regex.Replace(
        string.Concat(Directory.GetFiles($"{Repository.Root}/.pictures", "*.svg").Select(File.ReadAllText)),
        "<[^>]+>",
        "");

    public string Path => System.IO.Path.Combine(Repository.Root, Name);

    public string Folder => System.IO.Path.GetDirectoryName(Path)!;

    public string Text => field ??= File.ReadAllText(Path);

    /// <summary>What stands between fences.</summary>
    public Block[] Blocks => field ??= [.. Fence().Matches(Text).Select(match => new Block(
        match.Groups["lead"].Value.Trim(),
        Block.Dedent(match.Groups["body"].Value.TrimEnd('\n').Split('\n'))))];

    /// <summary>What does not.</summary>
    public string Prose => field ??= Fence().Replace(Text, "${lead}\n");

    public override string ToString() => Name;

    [GeneratedRegex(@"(?ms)^(?<lead>[^\n]*)\n+ *```\w*\n(?<body>.*?)^ *```$")]
    private static partial Regex Fence();
}

/// <param name="Lead">The line above it, which says what it is.</param>
sealed partial record Block(string Lead, string[] Lines)
{
    /// <summary>The file of which it is an excerpt, or from one step to another a part of the diff.</summary>
    public (string? From, string? To, string File)? Source => From().Match(Lead).Groups is [{ Success: true }, ..] found
        ? (Value(found["from"]), Value(found["to"]), found["file"].Value)
        : null;

    /// <summary>The name of the file that it is; null if it is none.</summary>
    public string? SavedAs => Value(Regex.Match(Lead, "^Save as `([^`]+)`:$").Groups[1]);

    /// <summary>Moves lines to the left as far as all of them can go.</summary>
    public static string[] Dedent(string[] lines)
    {
        var filled = lines.Where(line => line.Length > 0);
        var indentation = filled.Select(line => line.Length - line.TrimStart().Length).DefaultIfEmpty().Min();
        return [.. lines.Select(line => line.Length > 0 ? line[indentation..].TrimEnd() : line)];
    }

    static string? Value(Group group) => group.Success ? group.Value : null;

    [GeneratedRegex(@"^From (\[.+\]\((?<file>[^)]+)\)|`\./run\.sh diff (?<from>\d) (?<to>\d)`, `(?<file>[^`]+)`):$")]
    private static partial Regex From();
}
