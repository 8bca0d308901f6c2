using System.Buffers.Binary;
using System.Text.RegularExpressions;
using Classroom;

namespace Tests;

/// <summary>
/// The README against what it is about: the files, the commands, the logs, the pictures and the figures of today.
/// </summary>
public sealed partial class ReadmeTests
{
    internal const int LargestPicture = 150_000;

    static string[] Lines => Readme.Lines;

    static string Text => Readme.Text;

    static string Prose => Readme.Prose;

    [Fact]
    public void It_is_plain_text()
    {
        Assert.DoesNotContain('\t', Text);
        Assert.DoesNotContain('\r', Text);
        // Beyond the first 65,536 characters there are emoji, and nothing that a lecture needs.
        Assert.DoesNotMatch(@"\p{Cs}", Text);
        Assert.All(Lines, line => Assert.Equal(line.TrimEnd(), line));
        string[] languages = ["", "mermaid", "js", "nginx", "csharp", "http", "json"];
        Assert.All(Readme.Blocks, block => Assert.Contains(block.Language, languages));
    }

    [Fact]
    public void Links_lead_somewhere()
    {
        var anchors = Prose.Split('\n').Where(line => line.StartsWith('#')).Select(Anchor).ToArray();
        Assert.Equal(anchors.Distinct(), anchors);
        var links = Link().Matches(Prose).Select(match => match.Groups[1].Value).ToArray();
        Assert.NotEmpty(links);
        foreach (var link in links.Where(link => !link.StartsWith("https://", StringComparison.Ordinal)))
        {
            if (link.StartsWith('#'))
            {
                Assert.Contains(link[1..], anchors);
            }
            else
            {
                Assert.True(Path.Exists(Path.Combine(Repository.Root, link)), $"There is no {link}");
            }
        }
    }

    [Fact]
    public void The_contents_list_every_chapter()
    {
        var chapters = Prose.Split('\n')
            .Where(line => line.StartsWith("## ", StringComparison.Ordinal))
            .Select(line => line[3..])
            .ToArray();
        var start = Array.IndexOf(Lines, "## Contents");
        var listed = Lines.Skip(start + 1).TakeWhile(line => !line.StartsWith('#'))
            .Where(line => line.StartsWith("- ", StringComparison.Ordinal))
                .SelectMany(line => Regex.Matches(line, @"\[([^\]]+)\]\(#"))
                .Select(match => match.Groups[1].Value);
        Assert.Superset(chapters.Where(chapter => chapter != "Contents").ToHashSet(), listed.ToHashSet());
        Assert.All(Repository.Steps(), step => Assert.Contains($"### {step}", Lines));
    }

    [Fact]
    public void Every_path_that_is_named_is_there()
    {
        // Whatever looks like a path inside of the set: a folder or file at the top, and what is in it.
        var tops = Directory.GetFileSystemEntries(Repository.Root).Select(Path.GetFileName).ToHashSet();
        var named = Code().Matches(Prose).Select(match => match.Groups[1].Value.TrimEnd('/'))
            .Where(
                code =>
                    Regex.IsMatch(code, @"^\.?[\w-]+(\.[\w*-]+)*(/[\w.*-]+)+$")
                        && tops.Contains(code.Split('/')[0])).ToArray();
        Assert.NotEmpty(named);
        Assert.All(named, path => Assert.NotEmpty(Directory.GetFileSystemEntries(
            Path.Combine(Repository.Root, Path.GetDirectoryName(path)!), Path.GetFileName(path))));
    }

    [UnixFact]
    public async Task Every_command_of_run_sh_that_is_mentioned_exists()
    {
        var (_, usage, _) = await Tool.RunAsync("");
        var verbs = Regex.Matches(usage, @"^\./run\.sh ([a-z]+)", RegexOptions.Multiline)
            .Select(match => match.Groups[1].Value)
            .ToHashSet();
        var commands = RunSh().Matches(Text).Select(
            match => match.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..]).ToArray();
        Assert.Subset(
            verbs,
            commands.Select(command => command.FirstOrDefault("all"))
                .Where(word => !char.IsAsciiDigit(word[0]))
                .ToHashSet());
        foreach (var command in commands)
        {
            switch (command)
            {
                case [] or ["all"]: // Alone it lists them.
                    break;
                case ["diff", "N", "M"] or ["break", "STEP"]: // As the usage has it.
                    break;
                case ["diff", var from, var to]:
                    Assert.NotNull(Technique.Find(from));
                    Assert.NotNull(Technique.Find(to));
                    break;
                case ["break", var step, ..]:
                    Assert.NotNull(Technique.Find(step));
                    break;
                case ["test" or "compare" or "race", ..]:
                    await ClassroomKnowsAsync(command);
                    break;
                case [var step, ..]:
                    Assert.True(Technique.Find(step) is not null, $"./run.sh {string.Join(' ', command)}");
                    StepKnows(Technique.Of(step).Folder, command[1..]);
                    break;
            }
        }
    }

    /// <summary>Options of the lecturer's tools are in the list that they print.</summary>
    static async Task ClassroomKnowsAsync(string[] command)
    {
        if (command[0] == "test")
        {
            return; // Its options are those of dotnet test.
        }
        using var usage = new StringWriter();
        await Classroom.Program.RunAsync(
            [command[0], "--help"], TextReader.Null, usage, TextWriter.Null, CancellationToken.None);
        Assert.All(
            command.Where(word => word.StartsWith("--", StringComparison.Ordinal)),
            option => Assert.Contains(option, usage.ToString()));
    }

    /// <summary>Options of a step are the framework's, or are read in its Program.cs.</summary>
    static void StepKnows(string step, string[] options)
    {
        var program = File.ReadAllText(Path.Combine(Repository.Root, step, "Program.cs"));
        foreach (var option in options.Where(word => word.StartsWith("--", StringComparison.Ordinal)))
        {
            Assert.True(
                option is "--urls" or "--AllowedHosts"
                    || program.Contains($"\"{option[2..]}\"", StringComparison.Ordinal),
                $"{step} knows no {option}");
        }
    }

    [Fact]
    public void Counts_of_changed_lines_are_those_of_today()
    {
        foreach (Match match in DiffCounts().Matches(Text))
        {
            var (from, to) = (
                Technique.Of(match.Groups["from"].Value).Folder, Technique.Of(match.Groups["to"].Value).Folder);
            var counts = FolderComparison.Compare(Steps.PathOf(from), Steps.PathOf(to))
                .Take(3)
                .Select(file => $"{file.Name} +{file.Added} -{file.Removed}");
            Assert.Equal(string.Join(", ", counts), match.Groups["files"].Value);
        }
    }

    /// <summary>
    /// ./run.sh compare --json Classroom/measured.json writes the figures, and prints what stands in the text.
    /// </summary>
    [Fact]
    public void The_measured_table_is_what_compare_printed()
    {
        var figures = File.ReadAllText(Path.Combine(Repository.Root, "Classroom", "measured.json"));
        var result = ComparisonResult.FromJson(figures);
        Assert.Equal(Repository.Steps(), result.Steps.Select(step => step.Step));
        Assert.Equal(("./run.sh compare", "Release"), (result.Run.Command, result.Run.Configuration));
        var report = new ComparisonReport(result);
        Assert.Empty(report.Faults);
        Assert.Contains($"{report.TableOf(FigureSection.All)}\n{report.Measured}\n", Text);
    }

    [Fact]
    public void Pictures_are_there_small_and_current()
    {
        var shown = Regex.Matches(Prose, @"!\[[^\]]+\]\((\.pictures/[^)]+)\)")
            .Select(match => match.Groups[1].Value)
            .ToArray();
        var folder = Path.Combine(Repository.Root, ".pictures");
        Assert.Equal(
            shown.Select(Path.GetFileName).Order(),
            Directory.GetFiles(folder, "*.png").Select(Path.GetFileName).Order());
        foreach (var picture in shown)
        {
            var bytes = File.ReadAllBytes(Path.Combine(Repository.Root, picture));
            Assert.True(bytes.AsSpan().StartsWith<byte>([0x89, .. "PNG\r\n\u001A\n"u8]), $"{picture} is no PNG");
            Assert.InRange(bytes.Length, 10_000, LargestPicture);
            Assert.InRange(BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(16)), 800, 2000);
        }
        // Of each page that a picture shows, the files that it was made from.
        Assert.Equal(ReadmePictures.MadeFrom(), File.ReadAllText(Path.Combine(folder, "made-from")));
    }

    [Fact]
    public void It_names_nobody_but_Alice_and_Bob_and_no_machine()
    {
        Assert.DoesNotMatch(@"/home/|/root/|/tmp/|/work/|C:\\", Text);
        var names = Regex.Matches(Text, "user=([A-Z][a-z]+)|\"user\":\"([^\"]+)\"")
            .Select(match => match.Groups[1].Value + match.Groups[2].Value)
            .ToHashSet();
        Assert.Subset(new HashSet<string> { "Alice", "Bob" }, names);
    }

    static string[] Cells(string line) =>
        line.StartsWith('|') ? [.. line.Split('|')[1..^1].Select(cell => cell.Trim())] : [];

    /// <summary>A heading's anchor, as a web page that shows Markdown makes it.</summary>
    static string Anchor(string heading) =>
        Regex.Replace(heading.TrimStart('#').Trim().ToLowerInvariant(), @"[^\w\- ]", "").Replace(' ', '-');

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();

    [
        GeneratedRegex(
            @"\./run\.sh(?: (?:[a-z]+|[NM]|STEP|\d[\w-]*|--\w+(?: [^-\s`]\S*)?))*(?=[\s`)]|$)", RegexOptions.Multiline),
    ]
    private static partial Regex RunSh();

    [
        GeneratedRegex(
            @"`\./run\.sh diff (?<from>\d) (?<to>\d)`: " +
        @"(?<files>Program\.cs \+\d+ -\d+, chat\.js \+\d+ -\d+, index\.html \+\d+ -\d+)"),
    ]
    private static partial Regex DiffCounts();
}
