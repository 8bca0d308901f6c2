using System.Text;
using System.Text.RegularExpressions;
using Classroom;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Tests;

/// <summary>
/// The folders themselves: what a student has to read, what changes from one to the next, and what does not.
/// A budget that is beaten is lowered; one that is not met is a diff that shows more than its technique.
/// </summary>
public sealed class StepFilesTests(StepFilesTests.Figures figures) : IClassFixture<StepFilesTests.Figures>
{
    static readonly string[] Lesson = ["Program.cs", "chat.js", "index.html"];

    /// <summary>
    /// The longest files, by step; and the lines that change from the step before, added and removed, in the three
    /// files together.
    /// </summary>
    static readonly Dictionary<int, (int Program, int Script, int Changed)> Budgets = new()
    {
        [1] = (75, 130, 0),
        [2] = (75, 130, 16),
        [3] = (170, 130, 70),
        [4] = (170, 130, 180),
        [5] = (170, 130, 150),
        [6] = (299, 150, 220),
    };

    const int ShortestProgram = 55;
    const int ShortestScript = 70;

    /// <summary>05 is 03's child as much as 04's.</summary>
    const int ChangedFrom03To05 = 150;

    const double MostComments = .30;

    static string[] Folders => [.. Repository.Steps()];

    [Fact]
    public void Each_step_keeps_its_budget()
    {
        var table = new StringBuilder("Lines, with the budget in brackets; comment lines per code line:\n");
        List<string> broken = [];
        string? before = null;
        foreach (var step in Folders)
        {
            var budget = Budgets[Technique.Of(step).Number];
            var program = Lines(step, "Program.cs").Length;
            var script = Lines(step, "chat.js").Length;
            var (added, removed) = before is null ? (0, 0) : Changed(before, step);
            table.AppendLine(
                $"  {step,-15} Program.cs {program,3} ({budget.Program})  chat.js {script,3} ({budget.Script})" +
                $"  comments {Comments(step, "Program.cs"):.00} and {Comments(step, "chat.js"):.00}" +
                (before is null ? "" : $"  changed {added + removed,3} ({budget.Changed}): +{added} -{removed}"));
            Within(ShortestProgram, program, budget.Program, $"lines of {step}/Program.cs");
            Within(ShortestScript, script, budget.Script, $"lines of {step}/chat.js");
            Within(
                0,
                (int)(100 * Math.Max(Comments(step, "Program.cs"), Comments(step, "chat.js"))),
                (int)(100 * MostComments),
                $"% of comments in {step}");
            Within(0, added + removed, budget.Changed, $"lines changed from {before} to {step}");
            before = step;
        }
        var (added5, removed5) = Changed(Repository.FindStep("03")!, Repository.FindStep("05")!);
        table.Append($"  03 -> 05 {added5 + removed5} ({ChangedFrom03To05}): +{added5} -{removed5}");
        Within(0, added5 + removed5, ChangedFrom03To05, "lines changed from 03 to 05");
        figures.Show(table.ToString());
        Assert.Empty(broken);

        void Within(int least, int lines, int most, string what)
        {
            if (lines < least || lines > most)
            {
                broken.Add($"{lines} {what}: {least} to {most} are allowed");
            }
        }
    }

    [Fact]
    public void Changed_lines_are_counted_as_diff_counts_them()
    {
        Assert.Equal((0, 0), LineDiff.Count([], []));
        Assert.Equal((2, 0), LineDiff.Count([], ["a", "b"]));
        Assert.Equal((0, 2), LineDiff.Count(["a", "b"], []));
        Assert.Equal((0, 0), LineDiff.Count(["a", "b"], ["a", "b"]));
        Assert.Equal((1, 1), LineDiff.Count(["a", "b", "c"], ["a", "x", "c"]));
        Assert.Equal((1, 1), LineDiff.Count(["a", "b", "c"], ["b", "c", "a"]));
        Assert.Equal((2, 1), LineDiff.Count(["a", "", "b"], ["", "a", "", "c"]));
    }

    [Fact]
    public void What_is_not_of_the_technique_is_the_same_in_every_step()
    {
        Same("the project file", step => Read(step, $"{step}.csproj"));
        Same("appsettings.json", step => Read(step, "appsettings.json"));
        Same("the style", step => Between(Read(step, "index.html"), "<style>", "</style>"));
        Same(
            "the page's script up to the technique",
            step => Between(Read(step, "chat.js"), "", "// ---- The technique\n"));
        Same("the start of the page's script", step => Between(Read(step, "chat.js"), "// ---- Start\n", "\n});\n"));
        Same(
            "what every answer is sent with",
            step => Between(Read(step, "Program.cs"), "var app = builder.Build();\n", "var log = new MessageLog();\n"));
        Same("the page's two routes", step => Between(Read(step, "Program.cs"), "app.MapGet(\"/\", ", "\n\n"));
        Same(
            "what a port in use is told with",
            step => Between(Read(step, "Program.cs"), "try { app.Run(); }", "\n}\n"));
        Same("what a message may be", step => Between(Read(step, "Program.cs"), "public record NewMessage", "\n}\n"));
    }

    [Fact]
    public void Pages_differ_in_title_heading_hint_and_who_is_online()
    {
        var first = Rest(Folders[0]);
        foreach (var step in Folders)
        {
            var (added, removed) = LineDiff.Count(first, Rest(step));
            Assert.Equal(0, removed);
            // 06 has a form for webhooks.
            Assert.True(added == 0 || Technique.Of(step).HasWebhooks, $"{added} lines are added in {step}");
        }

        static string[] Rest(string step) =>
            [
                .. Lines(step, "index.html")
                    .Where(line => !Regex.IsMatch(line, """<title>|<h1>|id="hint"|id="users">""")),
            ];
    }

    [Fact]
    public void The_server_of_02_is_that_of_01() =>
        Assert.Equal(Read(Repository.FindStep("01")!, "Program.cs"), Read(Repository.FindStep("02")!, "Program.cs"));

    [Fact]
    public void The_log_does_not_change_from_03_on() =>
        Same("the log", step => Between(Read(step, "Program.cs"), "// The newest 1,000 messages", null), from: 2);

    [Fact]
    public void Every_file_is_plain_utf8_with_unix_line_ends()
    {
        foreach (var step in Folders)
        {
            foreach (var file in Lesson.Append("appsettings.json").Append($"{step}.csproj"))
            {
                var bytes = File.ReadAllBytes(Path.Combine(Repository.Root, step, file));
                var text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
                Assert.False(text.StartsWith('\ufeff'), $"{step}/{file} begins with a byte order mark");
                Assert.False(
                    text.Contains('\r') || text.Contains('\t'), $"{step}/{file} has a carriage return or a tab");
                Assert.True(
                    text.EndsWith('\n') && !text.EndsWith("\n\n", StringComparison.Ordinal),
                    $"{step}/{file} does not end with one line end");
            }
        }
    }

    [Fact]
    public void A_page_needs_nothing_from_elsewhere_and_trusts_no_text()
    {
        foreach (var step in Folders)
        {
            foreach (var file in new[] { "index.html", "chat.js" })
            {
                var text = Regex.Replace(Read(step, file), "placeholder=\"[^\"]*\"", "");
                Assert.DoesNotMatch("""https?://|["'(]//""", text);
                Assert.DoesNotMatch(
                    @"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|setInterval", text);
            }
            var page = Read(step, "index.html");
            Assert.DoesNotMatch(@"\son\w+\s*=|\sstyle\s*=", page);
            Assert.Equal(
                ["""src="chat.js">"""],
                Regex.Matches(page, """(?:src|href)="(?!data:)[^"]*".*?>""").Select(match => match.Value));
        }
    }

    static string Read(string step, string file) => File.ReadAllText(Path.Combine(Repository.Root, step, file));

    static string[] Lines(string step, string file) => File.ReadAllLines(Path.Combine(Repository.Root, step, file));

    static (int Added, int Removed) Changed(string from, string to)
    {
        var counts = Lesson.Select(file => LineDiff.Count(Lines(from, file), Lines(to, file))).ToArray();
        return (counts.Sum(count => count.Added), counts.Sum(count => count.Removed));
    }

    /// <summary>Lines with a comment, on its own or after code, per line of code.</summary>
    static double Comments(string step, string file)
    {
        var lines = Lines(step, file).Select(line => line.Trim()).Where(line => line.Length > 0).ToArray();
        return (double)lines.Count(line => Regex.IsMatch(line, @"(^|\s)//\s")) / lines.Count(
            line => !line.StartsWith("//", StringComparison.Ordinal));
    }

    /// <summary>From the one text to the other, or to the end.</summary>
    static string Between(string text, string from, string? to)
    {
        var start = text.IndexOf(from, StringComparison.Ordinal);
        Assert.True(start >= 0, $"There is no {from}");
        var end = to is null ? text.Length : text.IndexOf(to, start + from.Length, StringComparison.Ordinal);
        Assert.True(end >= 0, $"There is no {to} after {from}");
        return text[start..end];
    }

    static void Same(string what, Func<string, string> part, int from = 0)
    {
        var expected = part(Folders[from]);
        Assert.NotEqual("", expected);
        foreach (var step in Folders[(from + 1)..])
        {
            Assert.True(part(step) == expected, $"{what} differs between {Folders[from]} and {step}");
        }
    }

    /// <summary>Shows figures in the output of every run, passed or not.</summary>
    public sealed class Figures(IMessageSink sink)
    {
        public void Show(string text) => sink.OnMessage(new DiagnosticMessage(text));
    }
}
