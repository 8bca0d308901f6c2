using System.Text.RegularExpressions;

namespace Tests;

/// <summary>The difference of two steps: what is shown, and what is counted.</summary>
public sealed class DiffTests
{
    [Theory]
    [InlineData("5", "06-Webhooks")]
    [InlineData("4", "4")]
    public async Task As_many_lines_are_shown_as_are_counted(string from, string to)
    {
        var (exitCode, said) = await Tool.RunAsync($"diff {from} {to}");
        Assert.Equal(0, exitCode);
        Assert.DoesNotContain('\e', said); // Colour is for a terminal.
        var (shown, counted) = (said[..said.LastIndexOf(" -> ")], said[said.LastIndexOf("total")..]);
        Assert.Equal($"total +{Count('+')} -{Count('-')}\n", Regex.Replace(counted, " +", " "));

        int Count(char sign) => Regex.Count(shown, $@"(?m)^\{sign}(?!\{sign}\{sign} )");
    }

    [Fact]
    public void Files_are_new_gone_equal_or_changed_and_what_is_built_is_none()
    {
        var files = Diff.Between(Technique.Of("5"), Technique.Of("6"));
        Assert.Equal(("05-Sse/Program.cs", "06-Webhooks/Program.cs"), (files[0].Before, files[0].After));
        Assert.Contains(files, file => file is { Name: "06-Webhooks.csproj", Before: "05-Sse/05-Sse.csproj" });
        Assert.Contains(files, file => file is { Name: "style.css", Differs: false });
        Assert.Contains(files, file => file is { Name: "Webhooks/WebhookReceiver.cs", Before: null, Removed: 0 });
        Assert.DoesNotContain(files, file => Regex.IsMatch(file.Name, "bin/|obj/|README"));
        var back = Diff.Between(Technique.Of("6"), Technique.Of("5"));
        Assert.Contains(back, file => file is { Name: "Webhooks/WebhookReceiver.cs", After: null, Added: 0 });
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
