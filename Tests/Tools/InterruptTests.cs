using System.Diagnostics;
using System.Text.RegularExpressions;
using Classroom;

namespace Tests;

/// <summary>Ctrl+C in the lecturer's commands.</summary>
public sealed class InterruptTests
{
    [LinuxTheory]
    [InlineData("compare --steps 3 --quick --no-build", "busy class")]
    [InlineData("compare --growth --steps 1 --no-build", "a class of 10")]
    [InlineData("break 4 --no-build --port ", "quits")]
    public async Task Ctrl_C_ends_everything_that_was_started(string commandLine, string whenItSays)
    {
        var start = Tool.Command(commandLine + (commandLine.EndsWith(' ') ? LoopbackPort.Free() : ""));
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        using var command = Process.Start(start)!;
        var saying = new TaskCompletionSource();
        command.OutputDataReceived += Listen;
        command.ErrorDataReceived += Listen;
        command.BeginOutputReadLine();
        command.BeginErrorReadLine();
        await saying.Task.WaitAsync(Wait.Patience);
        var children = Process.GetProcessesByName("dotnet").Where(process => Parent(process) == command.Id).ToArray();
        Assert.NotEmpty(children);

        var asked = Stopwatch.GetTimestamp();
        Process.Start("kill", [$"-{Interrupt.SignalFor(command.Id)}", $"{command.Id}"]).WaitForExit();
        await command.WaitForExitAsync().WaitAsync(Wait.Patience);
        Assert.Equal(130, command.ExitCode);
        Assert.True(
            Stopwatch.GetElapsedTime(asked) < TimeSpan.FromSeconds(20),
            "It must take 2 s at most, and more only on a busy machine; what is not ended waits for 30 s.");
        Assert.All(children, child => Assert.True(child.HasExited));

        void Listen(object sender, DataReceivedEventArgs line)
        {
            if (line.Data is { } text && Regex.IsMatch(text, whenItSays))
            {
                saying.TrySetResult();
            }
        }

        static int Parent(Process process)
        {
            try
            {
                // The fourth field of /proc/ID/stat; the second, the name in brackets, may have spaces in it.
                return int.Parse(File.ReadAllText($"/proc/{process.Id}/stat").Split(") ")[1].Split(' ')[1]);
            }
            catch (IOException)
            {
                return 0; // It has ended meanwhile.
            }
        }
    }
}
