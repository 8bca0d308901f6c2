using System.Text.RegularExpressions;
using Classroom;

namespace Tests;

/// <summary>The README, and what it says that a step shows: compared with what a run of the step shows.</summary>
static partial class Readme
{
    public static string[] Lines { get; } = File.ReadAllLines(Path.Combine(Repository.Root, "README.md"));

    public static string Text { get; } = string.Join('\n', Lines);

    /// <summary>The lines between the fences of a step's chapter, and of those of its own below it.</summary>
    public static string[] Shown(string step)
    {
        var chapter = Lines.SkipWhile(line => line != $"### {step}").Skip(1).TakeWhile(line => !IsChapter(line));
        return [.. Fence().Matches(string.Join('\n', chapter) + "\n").SelectMany(match => Body(match).Split('\n'))];
    }

    /// <summary>What stands between the fences, with the language that the opening one names.</summary>
    public static (string Language, string[] Lines)[] Blocks { get; } =
    [
        .. Fence().Matches(Text + "\n").Select(match => (match.Groups["language"].Value, Body(match).Split('\n'))),
    ];

    /// <summary>What stands outside of the fences.</summary>
    public static string Prose { get; } = Fence().Replace(Text + "\n", "");

    /// <summary>The same but for numbers: those of a run differ from those of another one.</summary>
    public static string WithoutNumbers(string line) => Number().Replace(line, "#");

    static bool IsChapter(string line) => line.StartsWith("## ", StringComparison.Ordinal)
        || line.StartsWith("### ", StringComparison.Ordinal);

    static string Body(Match fence) => fence.Groups["body"].Value.TrimEnd('\n');

    [GeneratedRegex(@"^ *```(?<language>\w*)\n(?<body>.*?)^ *```\n", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"\d[\d,]*")]
    private static partial Regex Number();
}
