using System.Diagnostics;
using Classroom;

namespace Tests;

/// <summary>run.sh, and the steps outside of it: what a lecturer and a student type.</summary>
public sealed class RunShTests : IDisposable
{
    /// <summary>What run.sh uses of the system.</summary>
    static readonly string[] Tools = ["bash", "dirname"];

    /// <summary>A dotnet that says where it runs, where its caller was, and with which arguments.</summary>
    static readonly string Recorder = $"""
        {Sdk("10.0.100", "Microsoft.AspNetCore.App 10.0.0 [/there]")}
        printf '%s %s ' "$PWD" "$CALLED_FROM"
        printf '[%s]' "$@"
        exit 7
        """;

    readonly DirectoryInfo temporary = Directory.CreateTempSubdirectory("chat-");

    public void Dispose() => temporary.Delete(recursive: true);

    [UnixTheory]
    [InlineData]
    [InlineData("--help")]
    [InlineData("all")]
    [InlineData("diff", "2", "3")]
    [InlineData("compare", "--steps", "2,3")]
    [InlineData("test", "4")]
    [InlineData("test", "--help")]
    [InlineData("fly")]
    [InlineData("99")]
    [InlineData("0")]
    [InlineData("03-")]
    [InlineData("Sse")]
    [InlineData("3 4")]
    [InlineData("*")]
    [InlineData("")]
    public async Task What_is_no_step_is_for_Classroom(params string[] words)
    {
        var (exitCode, output, error) = await RunWithAsync(PathWith(Recorder), words);
        Assert.Equal((7, ""), (exitCode, error));
        var expected = string.Concat(words.Select(word => $"[{word}]"));
        Assert.Equal(
            $"{Repository.Root} {temporary.FullName} [run][-c][Release][--project][Classroom][--]{expected}", output);
    }

    [UnixTheory]
    [InlineData("3")]
    [InlineData("03")]
    [InlineData("03-LongPolling")]
    [InlineData("03-LongPolling/")]
    public async Task A_step_is_run_with_the_further_arguments(string name)
    {
        var (exitCode, output, error) = await RunWithAsync(
            PathWith(Recorder), name, "--urls", "http://localhost:3005", "two words", "*");
        Assert.Equal((7, ""), (exitCode, error));
        Assert.EndsWith(
            " [run][--project][03-LongPolling/][--][--urls][http://localhost:3005][two words][*]", output);
    }

    [UnixTheory]
    [InlineData]
    [InlineData("--filter", "FullyQualifiedName~A|B")]
    [InlineData("--list-tests")]
    public async Task All_tests_are_run_at_once_with_the_options(params string[] options)
    {
        var (exitCode, output, error) = await RunWithAsync(PathWith(Recorder), ["test", .. options]);
        Assert.Equal((7, ""), (exitCode, error));
        Assert.EndsWith($" [test][Tests]{string.Concat(options.Select(option => $"[{option}]"))}", output);
    }

    [UnixTheory]
    [InlineData("3")]
    [InlineData("all")]
    [InlineData("test")]
    public async Task A_missing_or_too_old_sdk_is_one_clear_line(string verb)
    {
        foreach (var (stub, words) in new[]
        {
            (null, "missing"),
            ("echo 8.0.404", "too old (8.0.404)"),
            ("echo 9.0.100-rc.2.24474.11", "too old (9.0.100"),
            ("echo 'A compatible .NET SDK was not found.' >&2; exit 145", "too old"),
            (Sdk("11.0.100", "Microsoft.AspNetCore.App 11.0.0 [/there]"), "11.0.100, but the .NET 10 runtime is"),
        })
        {
            var (exitCode, output, error) = await RunWithAsync(PathWith(stub), verb);
            Assert.Equal((2, ""), (exitCode, output));
            var line = Assert.Single(error.TrimEnd('\n').Split('\n'));
            Assert.Contains(words, line);
            Assert.EndsWith(": install .NET 10 from https://dotnet.microsoft.com/download", line);
        }
    }

    [UnixFact]
    public async Task A_newer_sdk_with_the_runtime_of_10_is_good()
    {
        var sdk = Sdk("11.0.100-preview.1", "Microsoft.AspNetCore.App 10.0.3 [/there]");
        var newer = PathWith(sdk + "\necho started");
        var (exitCode, output, error) = await RunWithAsync(newer, "3");
        Assert.Equal((0, "started\n", ""), (exitCode, output, error));
    }

    [UnixFact]
    public async Task A_step_serves_until_Ctrl_C_whatever_global_json_is_where_the_caller_is()
    {
        await File.WriteAllTextAsync(
            Path.Combine(temporary.FullName, "global.json"),
            """{ "sdk": { "version": "8.0.100", "rollForward": "disable" } }""");
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

    /// <summary>A dotnet of this version.</summary>
    static string Sdk(string version, string runtimes) => $"""
        case "$1" in
          --version) echo '{version}'; exit ;;
          --list-runtimes) echo '{runtimes}'; exit ;;
        esac
        """;

    Task<(int ExitCode, string Output, string Error)> RunWithAsync(string path, params string[] arguments)
    {
        var start = Bash(arguments);
        start.Environment["PATH"] = path;
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
