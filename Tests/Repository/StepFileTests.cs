using System.Text;
using System.Text.RegularExpressions;

namespace Tests;

/// <summary>The folders themselves: what changes from one to the next, and what does not.</summary>
public sealed class StepFileTests(ITestOutputHelper output)
{
    /// <summary>What one reads in class, and compares with the step before.</summary>
    static readonly string[] lesson = ["Program.cs", "chat.js", "index.html"];

    /// <summary>
    /// The changed lines of these files from step to step, added and removed, at most. A budget that is beaten is
    /// lowered; where readable code needs more, it is raised.
    /// </summary>
    static readonly (int From, int To, int[] Lines)[] budgets =
    [
        (1, 2, [0, 15, 9]),
        (2, 3, [32, 15, 6]),
        (3, 4, [164, 85, 7]),
        (4, 5, [156, 104, 6]),
        (3, 5, [138, 69, 7]),
        (5, 6, [38, 40, 14]),
    ];

    /// <summary>Files that are the same bytes in a row of steps, so that they show in no diff.</summary>
    static readonly (int First, int Last, string[] Files)[] sameFiles =
    [
        (1, 6, ["ChatDefaults.cs", "ChatStart.cs", "Rules.cs", "MessageLog.cs", "appsettings.json", "STEP.csproj"]),
        (1, 6, ["page.js", "style.css"]),
        (1, 5, ["Messages.cs"]),
        (1, 2, ["Program.cs"]), // That the server does not change is the lesson of 02.
        (3, 6, ["Signal.cs"]),
        (4, 6, ["Batches.cs", "Json.cs", "Presence.cs"]),
        (4, 4, ["ChatSocket.cs"]),
    ];

    [Fact]
    public void What_changes_from_step_to_step_is_little()
    {
        List<string> tooMany = [];
        foreach (var (from, to, budget) in budgets)
        {
            var files = Diff.Between(Technique.Of($"{from}"), Technique.Of($"{to}"));
            var changed = lesson.Select(name => files.Single(file => file.Name == name)).ToArray();
            var figures = changed.Select(file => $"{file.Name} +{file.Added} -{file.Removed}");
            var line = $"{from} -> {to}: {string.Join(", ", figures)}";
            output.WriteLine(line);
            if (changed.Zip(budget).Any(each => each.First.Added + each.First.Removed > each.Second))
            {
                tooMany.Add($"{line}; allowed are {string.Join(", ", budget)}");
            }
        }
        Assert.Empty(tooMany);
    }

    /// <summary>But for the first comment of the page. So what 05 does need not be tried again.</summary>
    [Fact, Trait("Step", "6")]
    public void Step_6_has_every_line_of_step_5()
    {
        var files = Diff.Between(Technique.Of("5"), Technique.Of("6"));
        Assert.Equal(0, files.Single(file => file.Name == "Program.cs").Removed);
        Assert.Equal(1, files.Single(file => file.Name == "chat.js").Removed);
    }

    [Fact]
    public void What_is_not_of_the_technique_is_the_same_file()
    {
        foreach (var (first, last, files) in sameFiles)
        {
            for (var step = 1; step <= last; step++)
            {
                Assert.All(files, file => Assert.Equal(
                    step < first ? null : File.ReadAllText(PathOf(first, file)),
                    File.Exists(PathOf(step, file)) ? File.ReadAllText(PathOf(step, file)) : null));
            }
        }
    }

    [Fact]
    public void Every_file_is_plain_fits_on_the_projector_and_needs_nothing_from_elsewhere()
    {
        // Without those that the build makes.
        var files = Technique.All.SelectMany(step => Diff.Between(step, step));
        foreach (var file in files.Select(file => Path.Combine(Repository.Root, file.After!)))
        {
            var text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(File.ReadAllBytes(file));
            var isRead = file.EndsWith(".md") || file.EndsWith(".http");
            // What measures sets for all how they are compiled and cleared up after. And what is missing in a page that
            // comes by plain http from another machine, no test in a browser here would miss.
            var forbidden = Path.GetExtension(file) switch
            {
                ".csproj" or ".json" or ".cs" =>
                    "PackageReference|ProjectReference|Tiered|PGO|GarbageCollection|GCServer",
                ".js" or ".html" or ".css" =>
                    @"https?://(?!localhost)|^[^/\n]*(setInterval|randomUUID|crypto\.subtle|innerHTML)",
                _ => @"^\ufeff",
            };
            var isPlain = !Regex.IsMatch(text, @"^\ufeff|[\r\t]| $|\n\n\z|[^\n]\z", RegexOptions.Multiline);
            Assert.True(isPlain, $"{file} is not plain: a tab, a carriage return, a blank at the end, …");
            Assert.True(isRead || text.Split('\n').Max(line => line.Length) <= 100, $"{file} has wide lines");
            Assert.False(Regex.IsMatch(text, forbidden, RegexOptions.Multiline), $"{file} has {forbidden}");
        }
    }

    static string PathOf(int step, string file)
    {
        var folder = Technique.Of($"{step}").Folder;
        return Path.Combine(Repository.Root, folder, file.Replace("STEP", folder));
    }
}
