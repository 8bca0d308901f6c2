using System.Diagnostics;
using Classroom;

namespace Tests;

/// <summary>The lecturer's commands, as they are typed.</summary>
static class Tool
{
    /// <summary>In this process.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(string commandLine)
    {
        var output = new StringWriter();
        var error = new StringWriter();
        var exitCode = await Program.RunAsync(Words(commandLine), TextReader.Null, output, error, default)
            .WaitAsync(Wait.BuildPatience);
        return (exitCode, output.ToString(), error.ToString());
    }

    /// <summary>In a process of its own.</summary>
    public static Process Start(string commandLine) => Process.Start(
        new ProcessStartInfo(
            "dotnet", [Repository.Program("Classroom", Repository.Configuration), .. Words(commandLine)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;

    static string[] Words(string commandLine) => commandLine.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
