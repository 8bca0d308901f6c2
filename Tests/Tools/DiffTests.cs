using System.Text.RegularExpressions;

namespace Tests;

/// <summary>The difference of two steps: what is shown, and what is counted.</summary>
public sealed class DiffTests
{
    [Theory]
    [InlineData("2", "3")]
    [InlineData("6", "05-Sse")]
    [InlineData("4", "4")]
    public async Task As_many_lines_are_shown_as_are_counted(string from, string to)
    {
        var (exitCode, said) = await Tool.RunAsync($"diff {from} {to}");
        Assert.Equal(0, exitCode);
        Assert.DoesNotContain('\e', said); // Colour is for a terminal.
        string[] lines = said.TrimEnd().Split('\n');
        var heading = Array.IndexOf(lines, $"{Technique.Of(from)} -> {Technique.Of(to)}");
        Assert.StartsWith("equal: ", lines[heading + 1]);
        var shown = lines[..heading];
        var rows = lines[(heading + 2)..].Where(row => !row.EndsWith("  gone")).ToArray();
        var added = rows[..^1].Sum(row => Number(row, @"\+(\d+)"));
        var removed = rows[..^1].Sum(row => Number(row, @" -(\d+)"));
        Assert.Equal(added, shown.Count(line => line.StartsWith('+') && !line.StartsWith("+++ ")));
        Assert.Equal(removed, shown.Count(line => line.StartsWith('-') && !line.StartsWith("--- ")));
        Assert.StartsWith("total ", rows[^1]);
        Assert.Equal(added, Number(rows[^1], @"\+(\d+)"));

        static int Number(string row, string pattern) => int.Parse(Regex.Match(row, pattern).Groups[1].Value);
    }

    [Fact]
    public void Files_are_new_gone_equal_or_changed_and_what_is_built_is_none()
    {
        var folder = Directory.CreateTempSubdirectory("diff-");
        try
        {
            Write("01-A/01-A.csproj", "<Project />");
            Write("01-A/Program.cs", "one\ntwo");
            Write("01-A/Old.cs", "old");
            Write("01-A/bin/Debug/made.txt", "made");
            Write("02-B/02-B.csproj", "<Project />");
            Write("02-B/Program.cs", "one\nthree\nfour");
            Write("02-B/Parts/New.cs", "new\nnewer");
            Write("02-B/obj/made.json", "{}");
            var files = Diff.Folders(Path.Combine(folder.FullName, "01-A"), Path.Combine(folder.FullName, "02-B"));
            Assert.Equal(
                [
                    ("01-A/Program.cs", "02-B/Program.cs", 2, 1),
                    ("01-A/01-A.csproj", "02-B/02-B.csproj", 0, 0),
                    ("01-A/Old.cs", null, 0, 1),
                    (null, "02-B/Parts/New.cs", 2, 0),
                ],
                files.Select(file => (file.Before, file.After, file.Added, file.Removed)));
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        void Write(string path, string text)
        {
            var file = Path.Combine(folder.FullName, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, text);
        }
    }

    [Fact]
    public void Hunks_have_three_lines_around_and_say_where_they_are()
    {
        string[] before = [.. Enumerable.Range(1, 30).Select(i => $"{i}")];
        string[] after = ["0", .. before[..9], "ten", .. before[10..16], "sixteen and a half", .. before[16..]];
        var headers = Diff.Hunks(Diff.Lines(before, after)).Select(hunk => hunk.Header);
        Assert.Equal(["@@ -1,3 +1,4 @@", "@@ -7,13 +8,14 @@"], headers);
    }
}
