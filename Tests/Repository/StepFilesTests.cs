using System.Text;
using System.Text.RegularExpressions;
using Classroom;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Tests;

/// <summary>The folders themselves: what changes from one to the next, and what does not.</summary>
public sealed class StepFilesTests(StepFilesTests.Figures figures) : IClassFixture<StepFilesTests.Figures>
{
    const int Columns = 100;

    /// <summary>What one reads in class, and compares with the step before.</summary>
    static readonly string[] Lesson = ["Program.cs", "chat.js", "index.html"];

    /// <summary>
    /// The changed lines of these files from step to step, added and removed, at most. A budget that is beaten is
    /// lowered; where readable code needs more, it is raised.
    /// </summary>
    static readonly (int From, int To, int Lines)[] Budgets =
    [
        (1, 2, 30),
        (2, 3, 55),
        (3, 4, 360),
        (4, 5, 360),
        (3, 5, 210),
        (5, 6, 90),
    ];

    /// <summary>Files that are the same bytes in a row of steps, so that they show in no diff.</summary>
    static readonly (string File, int First, int Last)[] SameFiles =
    [
        ("ChatDefaults.cs", 1, 6),
        ("MessageLog.cs", 1, 6),
        ("Messages.cs", 1, 5),
        ("Signal.cs", 3, 6),
        ("Batches.cs", 4, 6),
        ("Json.cs", 4, 6),
        ("Presence.cs", 4, 6),
        ("page.js", 1, 6),
        ("style.css", 1, 6),
        ("appsettings.json", 1, 6),
        ("{step}.csproj", 1, 6),
        ("Program.cs", 1, 2), // That the server does not change is the lesson of 02.
    ];

    [Fact]
    public void What_changes_from_step_to_step_is_little()
    {
        var table = new StringBuilder("Changed lines:\n");
        var broken = new List<string>();
        foreach (var (from, to, budget) in Budgets)
        {
            var files = FolderComparison.Compare(Steps.PathOf(Steps.Folder(from)), Steps.PathOf(Steps.Folder(to)))
                .Where(file => Lesson.Contains(file.Name))
                .ToArray();
            var lines = files.Sum(file => file.Added + file.Removed);
            var shown = files.Select(file => $"{file.Name} +{file.Added} -{file.Removed}");
            table.AppendLine($"  {from} -> {to}: {lines} of {budget}: {string.Join(", ", shown)}");
            if (lines > budget)
            {
                broken.Add($"{lines} lines change from {from} to {to}: {budget} are allowed");
            }
        }
        figures.Show(table.ToString());
        Assert.Empty(broken);
    }

    [Fact]
    public void What_is_not_of_the_technique_is_the_same_file()
    {
        foreach (var (file, first, last) in SameFiles)
        {
            foreach (var technique in Technique.All)
            {
                var isThere = File.Exists(PathOf(technique.Number, file));
                if (technique.Number >= first && technique.Number <= last)
                {
                    Assert.True(isThere, $"There is no {file} in {technique}.");
                    Assert.True(
                        File.ReadAllBytes(PathOf(technique.Number, file)).SequenceEqual(
                            File.ReadAllBytes(PathOf(first, file))),
                        $"{file} differs between {Steps.Folder(first)} and {technique}.");
                }
                else
                {
                    Assert.True(!isThere || technique.Number > last, $"There is a {file} in {technique}.");
                }
            }
        }
    }

    /// <summary>
    /// Who looks at the log first overlooks what is stored before he takes the signal. Read as text: a test that runs
    /// would have to meet a moment of less than a microsecond, and does so once in many thousand times.
    /// </summary>
    [Theory]
    [InlineData(3, "Program.cs", "signal.Next", "log.After(")]
    [InlineData(4, "Program.cs", "signal.Next", "batches.After(")]
    [InlineData(5, "Program.cs", "signal.Next", "batches.After(")]
    [InlineData(6, "Program.cs", "signal.Next", "batches.After(")]
    [InlineData(6, "Webhooks/WebhookSender.cs", "signal.Next", "log.After(")]
    public void The_signal_is_taken_before_the_log_is_read(int step, string file, string signal, string log)
    {
        var text = File.ReadAllText(PathOf(step, file));
        var taken = text.IndexOf(signal, StringComparison.Ordinal);
        Assert.InRange(taken, 0, text.IndexOf(log, StringComparison.Ordinal));
    }

    /// <summary>
    /// A flag that is looked at before the wait may be set just after: so the wait itself ends when the server stops.
    /// Read as text for the same reason.
    /// </summary>
    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void The_wait_ends_when_the_server_stops(int step)
    {
        var text = File.ReadAllText(PathOf(step, "Program.cs"));
        Assert.Matches(@"CreateLinkedTokenSource\((clientLeft, )?stopping\);", text);
        Assert.Matches(@"signal\.Wait\(somethingNew, [\w.]+, ending(\.Token)?\);", text);
    }

    [Fact]
    public void Every_file_is_plain_and_fits_on_the_projector()
    {
        string[] kinds = [".cs", ".js", ".html", ".css", ".csproj", ".json"];
        var files = Technique.All.SelectMany(technique => WrittenFiles(technique.Folder)).ToArray();
        Assert.All(kinds, kind => Assert.Contains(files, file => file.EndsWith(kind, StringComparison.Ordinal)));
        foreach (var file in files)
        {
            Assert.Contains(Path.GetExtension(file), kinds);
            var text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(File.ReadAllBytes(file));
            Assert.False(text.StartsWith('\ufeff'), $"{file} begins with a byte order mark.");
            Assert.False(text.Contains('\r') || text.Contains('\t'), $"{file} has a carriage return or a tab.");
            Assert.True(text.EndsWith('\n') && !text.EndsWith("\n\n"), $"{file} does not end with one line end.");
            Assert.DoesNotContain(
                text.Split('\n').Select((line, i) => (Place: $"{file}:{i + 1}", line.Length, Trimmed: line.TrimEnd())),
                line => line.Length > Columns || line.Length != line.Trimmed.Length);
        }
    }

    /// <summary>
    /// What changes from step to step is the technique: none runs on another transport, or is compiled or cleared up
    /// after in another way. What measures sets that from outside, and for all.
    /// </summary>
    [Fact]
    public void No_step_is_tuned()
    {
        foreach (var technique in Technique.All)
        {
            foreach (var file in WrittenFiles(technique.Folder).Where(file => !file.EndsWith(".js")))
            {
                Assert.DoesNotMatch(
                    "Tiered|PGO|GarbageCollection|GCServer|InlineScheduling|UseSockets|IOQueueCount|ThreadPool",
                    File.ReadAllText(file));
            }
        }
    }

    [Fact]
    public void A_page_needs_nothing_from_elsewhere_and_trusts_no_text()
    {
        foreach (var technique in Technique.All)
        {
            foreach (var file in new[] { "index.html", "chat.js", "page.js", "style.css" })
            {
                var text = File.ReadAllText(PathOf(technique.Number, file));
                var withoutExample = Regex.Replace(text, "placeholder=\"[^\"]*\"", "");
                Assert.DoesNotMatch("""https?://|["'(]//""", withoutExample);
                var code = Regex.Replace(text, @"(^|\s)//.*", "");
                Assert.DoesNotMatch(
                    @"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|setInterval", code);
                // The page comes to students by plain http: there, these are not to be had.
                Assert.DoesNotMatch(@"randomUUID|crypto\.subtle|navigator\.", code);
            }
            Assert.DoesNotMatch(@"\son\w+\s*=|\sstyle\s*=", File.ReadAllText(PathOf(technique.Number, "index.html")));
        }
    }

    [Fact]
    public void Changed_lines_are_counted_as_diff_counts_them()
    {
        Assert.Equal((0, 0), Count([], []));
        Assert.Equal((2, 0), Count([], ["a", "b"]));
        Assert.Equal((0, 2), Count(["a", "b"], []));
        Assert.Equal((0, 0), Count(["a", "b"], ["a", "b"]));
        Assert.Equal((1, 1), Count(["a", "b", "c"], ["a", "x", "c"]));
        Assert.Equal((1, 1), Count(["a", "b", "c"], ["b", "c", "a"]));
        Assert.Equal((2, 1), Count(["a", "", "b"], ["", "a", "", "c"]));

        static (int Added, int Removed) Count(string[] from, string[] to)
        {
            var file = new FileComparison("", "", "", LineComparison.Compare(from, to));
            return (file.Added, file.Removed);
        }
    }

    static string PathOf(int step, string file) =>
        Steps.PathOf(Steps.Folder(step), file.Replace("{step}", Steps.Folder(step), StringComparison.Ordinal));

    /// <summary>All files of a step but those that the build has made.</summary>
    static IEnumerable<string> WrittenFiles(string folder) =>
        FolderComparison.Compare(Steps.PathOf(folder), Steps.PathOf(folder))
            .Select(file => Path.Combine(Repository.Root, file.After!));

    /// <summary>Shows figures in the output of every run, passed or not.</summary>
    public sealed class Figures(IMessageSink sink)
    {
        public void Show(string text) => sink.OnMessage(new DiagnosticMessage(text));
    }
}
