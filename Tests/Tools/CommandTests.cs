using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Tests;

/// <summary>What the lecturer's commands say to a command line, and what they leave behind.</summary>
public sealed class CommandTests
{
    [Theory]
    [InlineData("mend", "mend")]
    [InlineData("all 3", "all")]
    [InlineData("all --wrong", "--wrong")]
    [InlineData("diff 2", "diff 2 3")]
    [InlineData("diff 2 99", "no step 99")]
    [InlineData("race --students 101", "from 1 to 100, not 101")]
    [InlineData("race --students", "needs a value")]
    [InlineData("break 3 --port x", "--port")]
    public async Task A_wrong_command_line_is_one_clear_line_and_exit_code_2(string commandLine, string says)
    {
        var (exitCode, said) = await Tool.RunAsync(commandLine);
        Assert.Equal(2, exitCode);
        Assert.Contains(says, Assert.Single(said.TrimEnd().Split('\n')));
    }

    [Theory]
    [InlineData("all")]
    [InlineData("break 3")]
    [InlineData("race")]
    public async Task A_taken_port_is_one_clear_line_before_anything_starts(string command)
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        var (exitCode, said) = await Tool.RunAsync($"{command} --port {port}");
        Assert.Equal(1, exitCode);
        Assert.StartsWith($"Port {port} cannot be used", Assert.Single(said.TrimEnd().Split('\n')));
    }

    [Fact]
    public async Task Without_a_command_all_are_listed()
    {
        var (exitCode, said) = await Tool.RunAsync("");
        Assert.Equal(0, exitCode);
        Assert.All(Technique.All, technique => Assert.Contains($"{technique}\n", said));
        string[] commands = ["all", "diff", "race", "break", "compare", "test"];
        Assert.All(commands, command => Assert.Contains($"{Options.Script} {command} ", said));
    }

    /// <summary>Ctrl+C reaches what was started by itself; this signal reaches the command alone.</summary>
    [Theory]
    [InlineData("all", 1, 6)]
    [InlineData("break 4", 8, 1)]
    [InlineData("race", 1, 7)]
    public async Task A_command_that_is_told_to_end_leaves_no_process_behind(string command, int lines, int processes)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "It looks up in /proc what a process has started.");
        var program = typeof(Program).Assembly.Location;
        var port = await Tool.FreePortsAsync();
        var start = new ProcessStartInfo("dotnet", [program, .. command.Split(' '), "--port", $"{port}"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var tool = Process.Start(start)!;
        try
        {
            var error = tool.StandardError.ReadToEndAsync(Until.Token);
            for (var line = 0; line < lines; line++)
            {
                var said = await tool.StandardOutput.ReadLineAsync(Until.Token);
                Assert.True(said is not null, $"It ended: {(said is null ? await error : "")}");
            }
            var rest = tool.StandardOutput.ReadToEndAsync(Until.Token);
            var children = string.Concat(Directory.GetDirectories($"/proc/{tool.Id}/task")
                .Select(task => File.ReadAllText($"{task}/children"))).TrimEnd().Split(' ');
            Assert.Equal(processes, children.Length);
            Process.Start("kill", ["-TERM", $"{tool.Id}"]).WaitForExit();
            await tool.WaitForExitAsync(Until.Token);
            Assert.All(children, child => Assert.False(Directory.Exists($"/proc/{child}"), $"{child} is left."));
            await rest;
        }
        finally
        {
            tool.Kill(entireProcessTree: true);
        }
    }
}
