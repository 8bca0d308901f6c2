using System.Text.RegularExpressions;
using Classroom;

namespace Tests;

/// <summary>The difference of two steps: what is shown, and what is counted.</summary>
public sealed class DiffCommandTests : IDisposable
{
    readonly DirectoryInfo temporary = Directory.CreateTempSubdirectory("diff-");

    public void Dispose() => temporary.Delete(recursive: true);

    [Theory]
    [InlineData("2", "3")]
    [InlineData("03", "05-Sse")]
    [InlineData("5", "6")]
    [InlineData("6", "5")]
    public async Task As_many_lines_are_shown_as_are_counted(string from, string to)
    {
        var (exitCode, output, error) = await Tool.RunAsync($"diff {from} {to}");
        Assert.Equal((0, ""), (exitCode, error));
        Assert.DoesNotContain('\e', output); // Colour is for a terminal.
        var lines = output.TrimEnd().Split('\n');
        var heading = Array.IndexOf(lines, $"{Technique.Of(from)} -> {Technique.Of(to)}");
        Assert.StartsWith("equal: ", lines[heading + 1]);
        var rows = lines[(heading + 2)..]
            .Select(line => Regex.Match(line, @"^(\S+) +\+(\d+) +-(\d+)( +new| +gone)?$"))
            .ToArray();
        Assert.All(rows, row => Assert.True(row.Success));
        var counted = rows[..^1].Where(row => !row.Groups[4].Value.Contains("gone")).ToArray();
        var shown = lines[..heading];
        Assert.Equal(counted.Sum(Added), shown.Count(line => Regex.IsMatch(line, @"^\+(?!\+\+ )")));
        Assert.Equal(counted.Sum(Removed), shown.Count(line => Regex.IsMatch(line, @"^-(?!-- )")));
        Assert.Equal("total", rows[^1].Groups[1].Value);
        Assert.Equal(rows[..^1].Sum(Added), Added(rows[^1]));
        Assert.Equal(rows[..^1].Sum(Removed), Removed(rows[^1]));

        static int Added(Match row) => int.Parse(row.Groups[2].Value);

        static int Removed(Match row) => int.Parse(row.Groups[3].Value);
    }

    [Fact]
    public async Task A_step_does_not_differ_from_itself()
    {
        var (exitCode, output, _) = await Tool.RunAsync("diff 4 4");
        Assert.Equal(0, exitCode);
        Assert.StartsWith("\n04-WebSockets -> 04-WebSockets\nequal: Program.cs, chat.js, index.html, ", output);
        Assert.EndsWith("\ntotal +0    -0\n", output);
    }

    [Fact]
    public void Files_are_new_gone_equal_or_changed_and_what_is_built_is_none()
    {
        Write("01-A/01-A.csproj", "<Project />");
        Write("01-A/Program.cs", "one\ntwo");
        Write("01-A/Old.cs", "old");
        Write("01-A/bin/Debug/made.txt", "made");
        Write("02-B/02-B.csproj", "<Project />");
        Write("02-B/Program.cs", "one\nthree\nfour");
        Write("02-B/Parts/New.cs", "new\nnewer");
        Write("02-B/obj/made.json", "{}");
        Write("02-B/02-B.csproj.user", "mine");
        var files = FolderComparison.Compare(
            Path.Combine(temporary.FullName, "01-A"), Path.Combine(temporary.FullName, "02-B"));
        Assert.Equal(["Program.cs", "02-B.csproj", "Old.cs", "Parts/New.cs"], files.Select(file => file.Name));
        Assert.Equal([(2, 1), (0, 0), (0, 1), (2, 0)], files.Select(file => (file.Added, file.Removed)));
        Assert.Equal([true, false, true, true], files.Select(file => file.Differs));
        Assert.Equal(["Old.cs"], files.Where(file => file.IsGone).Select(file => file.Name));
        Assert.Equal(["Parts/New.cs"], files.Where(file => file.IsNew).Select(file => file.Name));
        Assert.Equal("01-A/01-A.csproj", files[1].Before);
    }

    [Fact]
    public void A_comparison_leads_from_one_text_to_the_other_by_the_fewest_lines()
    {
        var random = new Random(7);
        for (var round = 0; round < 500; round++)
        {
            var (before, after) = (Text(random), Text(random));
            var lines = LineComparison.Compare(before, after);
            Assert.Equal(before, lines.Where(line => line.Kind != LineKind.Added).Select(line => line.Text));
            Assert.Equal(after, lines.Where(line => line.Kind != LineKind.Removed).Select(line => line.Text));
            Assert.Equal(LongestInCommon(before, after), lines.Count(line => line.Kind == LineKind.Kept));
            // Every change is in one hunk, and hunks do not overlap.
            var hunks = Hunk.Of(lines).SelectMany(hunk => hunk.Lines).ToArray();
            Assert.Equal(
                lines.Where(line => line.Kind != LineKind.Kept), hunks.Where(line => line.Kind != LineKind.Kept));
        }

        static string[] Text(Random random) =>
            [.. Enumerable.Range(0, random.Next(40)).Select(_ => $"{(char)('a' + random.Next(6))}")];

        // How many lines are in both, in the same order: a row of the table at a time.
        static int LongestInCommon(string[] before, string[] after)
        {
            var row = new int[after.Length + 1];
            foreach (var line in before)
            {
                var last = row;
                row = new int[after.Length + 1];
                for (var i = 1; i < row.Length; i++)
                {
                    row[i] = line == after[i - 1] ? last[i - 1] + 1 : Math.Max(last[i], row[i - 1]);
                }
            }
            return row[^1];
        }
    }

    [Fact]
    public void Hunks_have_three_lines_around_and_say_where_they_are()
    {
        string[] before = [.. Enumerable.Range(1, 30).Select(i => $"{i}")];
        string[] after = ["0", .. before[..9], "ten", .. before[10..16], "sixteen and a half", .. before[16..]];
        var hunks = Hunk.Of(LineComparison.Compare(before, after)).ToArray();
        Assert.Equal(["@@ -1,3 +1,4 @@", "@@ -7,13 +8,14 @@"], hunks.Select(hunk => hunk.Header));
        Assert.Equal("@@ -0,0 +1,2 @@", Assert.Single(Hunk.Of(LineComparison.Compare([], ["a", "b"]))).Header);
    }

    void Write(string path, string text)
    {
        var file = Path.Combine(temporary.FullName, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }
}
