using System.Diagnostics;

namespace Tests;

/// <summary>
/// run.sh and run.ps1: what a lecturer and a student type, in another folder, and what both say to it. The SDK is a
/// script here that tells how it was called.
/// </summary>
public sealed class ScriptTests : IDisposable
{
    const string Download = "install .NET 10 from https://dotnet.microsoft.com/download";

    /// <summary>What is typed, how the SDK is called then, and what the script says.</summary>
    static readonly (string Sdk, string[] Words, string? Called, string Says)[] rows =
    [
        ("good", ["3"], "[run][--project][03-LongPolling][--]", ""),
        ("good", ["03", "--x", "two words", "$x"], "[run][--project][03-LongPolling][--][--x][two words][$x]", ""),
        ("good", ["./03-LongPolling/", "2,3"], "[run][--project][03-LongPolling][--][2,3]", ""),
        // What was never built takes its time, and nobody waits without a word.
        ("good", ["04-WebSockets"], "[run][--project][04-WebSockets][--]", "Building 04-WebSockets ..."),
        ("good", ["test"], "[test][Tests]", "Building Tests ..."),
        ("good", ["test", "--list-tests"], "[test][Tests][--list-tests]", "Building Tests ..."),
        ("good", ["test", "4"], "[test][Tests][--filter][Step=4]", "Building Tests ..."),
        ("good", ["test", "./03-LongPolling/", "--x"], "[test][Tests][--filter][Step=3][--x]", "Building Tests ..."),
        ("good", ["test", "9"], null, "There is no step \"9\": SCRIPT lists them."),
        ("good", [], "[run][-c][Release][--project][Classroom][--]", "Building Classroom ..."),
        ("good", ["diff", "2"], "[run][-c][Release][--project][Classroom][--][diff][2]", "Building Classroom ..."),
        ("missing", ["3"], null, $"The .NET SDK is missing: {Download}"),
        ("old", ["3"], null,
            $"The .NET SDK is too old (9.0.100-rc; a global.json in a folder above may ask for that one): {Download}"),
        ("new", ["3"], null, $"The .NET SDK is 11.0.100, but the .NET 10 runtime is missing: {Download}"),
        ("no-icu", ["3"], null, "Couldn't find a valid ICU package\nAborted"),
    ];

    readonly DirectoryInfo temporary = Directory.CreateTempSubdirectory("chat-");

    public void Dispose() => temporary.Delete(recursive: true);

    [Theory, InlineData("run.sh"), InlineData("run.ps1")]
    public async Task What_is_typed_is_done(string script)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The SDK is a shell script here.");
        Write($"Мій чат/{script}", File.ReadAllText(Path.Combine(Repository.Root, script)));
        Write("Мій чат/03-LongPolling/03-LongPolling.csproj", "");
        Write("Мій чат/03-LongPolling/bin/built", "");
        Write("Мій чат/04-WebSockets/04-WebSockets.csproj", "");
        WriteSdk("good", "11.0.100-preview.1", "10.0.3");
        WriteSdk("old", "9.0.100-rc", "9.0.0");
        WriteSdk("new", "11.0.100", "11.0.0");
        WriteSdk("no-icu", "Aborted", "", problem: "echo \"Couldn't find a valid ICU package\" >&2; exit 134");
        WriteSdk("missing");

        List<string> output = [];
        List<string> error = [];
        foreach (var (_, _, called, says) in rows)
        {
            output.AddRange(called is null ? [] : [$"./{script} {temporary}/Мій чат {temporary} {called}"]);
            output.Add($"= {(called is null ? 2 : 7)}");
            error.AddRange(says.Replace("SCRIPT", $"./{script}").Split('\n', StringSplitOptions.RemoveEmptyEntries));
        }
        var start = script == "run.sh" ? Bash() : PowerShell();
        start.WorkingDirectory = temporary.FullName;
        start.Environment["SET"] = temporary.FullName;
        using var shell = new Running(start);
        Assert.Equal(0, await shell.EndsAsync());
        Assert.Equal(error, shell.Errors);
        Assert.Equal(output, shell.Output);
    }

    /// <summary>By a symbolic link to a symbolic link.</summary>
    ProcessStartInfo Bash()
    {
        File.CreateSymbolicLink($"{temporary}/second", "Мій чат/run.sh");
        File.CreateSymbolicLink($"{temporary}/sdks/first", "../second");
        const string Row = "row() { PATH=$SET/sdks/$1; shift; \"$BASH\" sdks/first \"$@\"; echo \"= $?\"; }\n";
        return new("/bin/bash", [Write("typed.sh", Row + Typed())]);
    }

    /// <summary>In one session: it takes its time to start, and needs the SDK that is there.</summary>
    ProcessStartInfo PowerShell()
    {
        const string Row = """
            function row {
              $env:PATH = "$env:SET/sdks/$($args[0])"
              $words = @($args | Select-Object -Skip 1)
              & './Мій чат/run.ps1' @words
              [Console]::Out.WriteLine("= $LASTEXITCODE")
            }

            """;
        var typed = Typed().Replace("'./03-LongPolling/'", @"'.\03-LongPolling\'");
        return new(Needs.PowerShell(), ["-NoProfile", "-File", Write("typed.ps1", Row + typed)]);
    }

    /// <summary>A call of "row" for each: both shells can read it.</summary>
    static string Typed() =>
        string.Concat(rows.Select(row => $"row '{string.Join("' '", row.Words.Prepend(row.Sdk))}'\n"));

    void WriteSdk(string name, string? version = null, string runtime = "", string problem = "exit")
    {
        foreach (var tool in new[] { "bash", "dirname", "readlink" })
        {
            Directory.CreateDirectory($"{temporary}/sdks/{name}");
            File.CreateSymbolicLink($"{temporary}/sdks/{name}/{tool}", $"/usr/bin/{tool}");
        }
        if (version is null || OperatingSystem.IsWindows())
        {
            return;
        }
        var file = Write($"sdks/{name}/dotnet", $"""
            #!/bin/sh
            case $1 in
              --version) echo '{version}'; {problem} ;;
              --list-runtimes) echo 'Microsoft.AspNetCore.App {runtime} [/there]'; exit ;;
            esac
            printf '%s ' "$SCRIPT" "$PWD" "$CALLED_FROM"
            printf '[%s]' "$@"
            echo
            exit 7
            """);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    string Write(string name, string text)
    {
        var file = Path.Combine(temporary.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
        return file;
    }
}
