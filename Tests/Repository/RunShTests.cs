using System.Diagnostics;
using System.Text.RegularExpressions;
using Classroom;

namespace Tests;

/// <summary>run.sh, and the steps outside of it: what a lecturer and a student type.</summary>
public sealed class RunShTests : IDisposable
{
    /// <summary>What run.sh uses of the system.</summary>
    static readonly string[] Tools = ["bash", "diff", "dirname", "grep", "sleep"];

    readonly DirectoryInfo temporary = Directory.CreateTempSubdirectory("chat-");

    public void Dispose() => temporary.Delete(recursive: true);

    [UnixFact]
    public async Task Alone_it_lists_the_steps_and_the_verbs()
    {
        var (exitCode, output, error) = await RunAsync([]);
        Assert.Equal((0, ""), (exitCode, error));
        Assert.All(Repository.Steps(), step => Assert.Contains(step, output));
        Assert.All(
            new[] { "all", "diff", "test", "compare", "burst", "break" },
            verb => Assert.Contains($"./run.sh {verb}", output));
    }

    [UnixTheory]
    [InlineData("fly")]
    [InlineData("99")]
    [InlineData("0")]
    [InlineData("03-")]
    [InlineData("Sse")]
    [InlineData("3 4")]
    [InlineData("*")]
    [InlineData("--help")]
    public async Task An_unknown_word_is_one_clear_line(string word)
    {
        var result = await RunAsync(word);
        Refused(result);
        Assert.Contains(word, result.Error);
    }

    [UnixTheory]
    [InlineData("2", "3")]
    [InlineData("03", "05-Sse")]
    [InlineData("4", "5")]
    [InlineData("4", "4")]
    public async Task Diff_shows_what_changes_and_counts_it(string from, string to)
    {
        var (before, after) = (Repository.FindStep(from)!, Repository.FindStep(to)!);
        foreach (var path in Paths())
        {
            var (exitCode, output, error) = await RunWithAsync(path, "diff", from, to);
            Assert.Equal((0, ""), (exitCode, error));
            var lines = output.TrimEnd().Split('\n');
            Assert.Equal($"{before} -> {after}", lines[^4]);
            string[] files = ["Program.cs", "chat.js", "index.html"];
            for (var i = 0; i < files.Length; i++)
            {
                var (added, removed) = LineDiff.Count(
                    File.ReadAllLines(
                        Path.Combine(
                            Repository.Root,
                            before,
                            files[i])), File.ReadAllLines(Path.Combine(Repository.Root, after, files[i])));
                Assert.Equal(
                    [files[i], $"+{added}", $"-{removed}"],
                    lines[^(3 - i)].Split(' ', StringSplitOptions.RemoveEmptyEntries));
                // As many lines are shown as are counted, and a file without a change is not shown.
                Assert.Equal(
                    added + removed > 0,
                    lines.Any(
                        line =>
                            line.StartsWith("+++ ", StringComparison.Ordinal) && line.Contains($"{after}/{files[i]}")));
            }
            Assert.Equal(
                lines[^3..].Sum(line => int.Parse(Regex.Match(line, @"\+(\d+)").Groups[1].Value)),
                lines[..^4].Count(line => Regex.IsMatch(line, @"^\+(?!\+\+ )")));
            Assert.Equal(
                lines[^3..].Sum(line => int.Parse(Regex.Match(line, @" -(\d+)").Groups[1].Value)),
                lines[..^4].Count(line => Regex.IsMatch(line, "^-(?!-- )")));
            Assert.DoesNotContain('\e', output); // Colour is for a terminal.
        }
    }

    [UnixTheory]
    [InlineData]
    [InlineData("2")]
    [InlineData("2", "99")]
    [InlineData("99", "2")]
    [InlineData("2", "")]
    public async Task Diff_needs_two_steps(params string[] steps)
    {
        var result = await RunAsync(["diff", .. steps]);
        Refused(result);
        Assert.Contains("./run.sh diff", result.Error);
    }

    [UnixTheory]
    [InlineData("3")]
    [InlineData("all")]
    [InlineData("test")]
    [InlineData("compare")]
    public async Task A_missing_or_too_old_sdk_is_one_clear_line(string verb)
    {
        foreach (var (stub, words) in new[]
        {
            (null, "missing"),
            ("echo 8.0.404", "too old (8.0.404)"),
            ("echo 9.0.100-rc.2.24474.11", "too old (9.0.100"),
            ("echo 'A compatible .NET SDK was not found.' >&2; exit 145", "too old"),
        })
        {
            var result = await RunWithAsync(PathWith(stub), verb);
            Refused(result);
            Assert.Contains("SDK", result.Error);
            Assert.Contains(words, result.Error);
            Assert.Contains("https://dotnet.microsoft.com/download", result.Error);
        }
    }

    [UnixTheory]
    [InlineData("3")]
    [InlineData("03")]
    [InlineData("03-LongPolling")]
    public async Task A_step_is_run_with_the_further_arguments(string name)
    {
        var path = PathWith(
            """if [ "$1" = --version ]; then echo 11.0.100-preview.1; else printf '[%s]' "$@"; exit 7; fi""");
        var (exitCode, output, error) = await RunWithAsync(
            path, name, "--urls", "http://localhost:3005", "two words", "*");
        Assert.Equal((7, ""), (exitCode, error));
        var folder = Path.Combine(Repository.Root, Steps.Folder(3));
        Assert.Equal(
            $"[run][--project][{folder}][--][--urls][http://localhost:3005][two words][*]",
            output);
    }

    [UnixFact]
    public async Task A_step_serves_until_Ctrl_C()
    {
        var start = Bash(["3", "--urls", "http://127.0.0.1:0"]);
        // No build server stays behind.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["UseSharedCompilation"] = "false";
        using var run = new Foreground(start);
        using var http = new HttpClient { BaseAddress = await run.ListeningAsync() };
        Assert.Contains("<h1>Step 3", await http.GetStringAsync("/"));
        Assert.Equal(0, await run.InterruptAsync());
        await Assert.ThrowsAsync<HttpRequestException>(() => http.GetStringAsync("/"));
    }

    [UnixFact]
    public async Task All_runs_every_step_on_a_port_of_its_own_until_Ctrl_C()
    {
        // Not the real ones: their ports are fixed, and may be in use here.
        var ended = Path.Combine(temporary.FullName, "ended");
        var path = PathWith($$"""
            case "$1" in
              --version) echo 10.0.100 ;;
              build) ;;
              *)
                trap 'echo "$PWD" >>'{{ended}}'; exit 0' INT TERM
                echo "${PWD##*/} $*"
                while :; do sleep 0.05; done
                ;;
            esac
            """);
        var start = Bash(["all"]);
        start.Environment["PATH"] = path;
        using var run = new Foreground(start);
        var expected = Repository.Steps().Select(
            (step, i) => $"{step} bin/Debug/net10.0/{step}.dll --urls http://localhost:{3001 + i}");
        Assert.Equal(expected, (await run.LinesAsync(Repository.Steps().Count)).Order());
        await run.InterruptAsync();
        // Ctrl+C reaches the steps from the terminal, and again from run.sh.
        Assert.Equal(
            Repository.Steps(),
            File.ReadAllLines(ended).Select(folder => Path.GetFileName(folder)!).Distinct().Order());
    }

    [Fact]
    public async Task A_folder_on_its_own_is_built_run_and_published()
    {
        var step = Repository.FindStep("04")!;
        var folder = temporary.CreateSubdirectory(step).FullName;
        foreach (var file in Directory.GetFiles(Path.Combine(Repository.Root, step)))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }
        var published = Path.Combine(temporary.FullName, "published");
        var (exitCode, output, error) = await Command.RunAsync(new("dotnet",
        [
            "publish", "--output", published, "--nologo", "--verbosity", "quiet",
            "-nodeReuse:false", "--property:UseSharedCompilation=false",
        ])
        { WorkingDirectory = folder });
        Assert.True(exitCode == 0, output + error);
        Assert.DoesNotContain("Program.cs", Directory.GetFiles(published).Select(Path.GetFileName));
        (string From, string Program)[] ways =
        [
            (folder, Path.Combine("bin", "Release", "net10.0", $"{step}.dll")),
            (published, $"{step}.dll"),
        ];
        foreach (var (from, program) in ways)
        {
            using var run = new Foreground(
                new("dotnet", [program, "--urls", "http://127.0.0.1:0"]) { WorkingDirectory = from });
            using var http = new HttpClient { BaseAddress = await run.ListeningAsync() };
            Assert.Equal(
                await File.ReadAllTextAsync(Path.Combine(folder, "index.html")), await http.GetStringAsync("/"));
            Assert.Equal(
                await File.ReadAllTextAsync(Path.Combine(folder, "chat.js")), await http.GetStringAsync("/chat.js"));
        }
    }

    /// <summary>With git, if this machine has it, and without.</summary>
    IEnumerable<string?> Paths() => Find("git") is null ? [PathWith()] : [null, PathWith()];

    /// <summary>One line on standard error, nothing else, and not a success.</summary>
    static void Refused((int ExitCode, string Output, string Error) result)
    {
        Assert.NotEqual(0, result.ExitCode);
        Assert.Equal("", result.Output);
        Assert.NotEqual("", Assert.Single(result.Error.TrimEnd('\n').Split('\n')));
    }

    Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments) =>
        RunWithAsync(null, arguments);

    Task<(int ExitCode, string Output, string Error)> RunWithAsync(string? path, params string[] arguments)
    {
        var start = Bash(arguments);
        start.Environment["PATH"] = path ?? start.Environment["PATH"];
        return Command.RunAsync(start);
    }

    /// <summary>run.sh, called from somewhere else.</summary>
    ProcessStartInfo Bash(string[] arguments) =>
        new(
            Find("bash")!,
            [Path.Combine(Repository.Root, "run.sh"), .. arguments])
        { WorkingDirectory = temporary.FullName };

    /// <summary>A PATH with nothing but the tools, and a dotnet of which this is the script, if any.</summary>
    string PathWith(string? dotnet = null)
    {
        var folder = temporary.CreateSubdirectory(Path.GetRandomFileName()).FullName;
        foreach (var tool in Tools)
        {
            File.CreateSymbolicLink(Path.Combine(folder, tool), Find(tool) ?? throw new FileNotFoundException(tool));
        }
        if (dotnet is not null && !OperatingSystem.IsWindows())
        {
            var stub = Path.Combine(folder, "dotnet");
            File.WriteAllText(stub, $"#!{Find("bash")}\n{dotnet}\n");
            File.SetUnixFileMode(stub, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }
        return folder;
    }

    static string? Find(string tool) =>
        Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator)
            .Select(folder => Path.Combine(folder, tool))
            .FirstOrDefault(File.Exists);
}
