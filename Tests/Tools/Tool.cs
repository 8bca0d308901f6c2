using System.Diagnostics;
using Classroom;

namespace Tests;

/// <summary>The lecturer's commands, as they are typed, and what their tests need.</summary>
static class Tool
{
    /// <summary>Students who do not wait as a page does: it would only make a test longer.</summary>
    public static StudentOptions Quick { get; } = new()
    {
        FirstRetry = TimeSpan.FromMilliseconds(20),
        LongestRetry = TimeSpan.FromMilliseconds(100),
        Reload = TimeSpan.FromMilliseconds(50),
        Poll = TimeSpan.FromMilliseconds(50),
    };

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
    public static ProcessStartInfo Command(string commandLine) =>
        new("dotnet", [Repository.Program("Classroom", Repository.Configuration), .. Words(commandLine)]);

    /// <summary>The first of as many free ports as there are steps.</summary>
    public static int FreePorts()
    {
        while (true)
        {
            var first = Random.Shared.Next(12_000, 19_990); // Below those that the tests get one by one.
            var ports = Enumerable.Range(first, Technique.All.Count);
            if (ports.All(LoopbackPort.IsFree))
            {
                return first;
            }
        }
    }

    public static string[] Words(string commandLine) => commandLine.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
