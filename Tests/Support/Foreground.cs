using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using System.Threading.Channels;

namespace Tests;

/// <summary>A command that runs until Ctrl+C, in a process group of its own, as a terminal has it.</summary>
sealed class Foreground : IDisposable
{
    const int Sigint = 2;
    const int Sigkill = 9;

    readonly Channel<string> lines = Channel.CreateUnbounded<string>();
    readonly Process process;
    int group;

    public Foreground(ProcessStartInfo command)
    {
        var start = command;
        if (!OperatingSystem.IsWindows())
        {
            // With job control, a shell gives each job a group, and tells its number.
            start = new(
                "bash",
                [
                    "-c", "set -m; \"$@\" & echo $!; wait $!", "bash", command.FileName, .. command.ArgumentList,
                ])
            { WorkingDirectory = command.WorkingDirectory };
            foreach (var (key, value) in command.Environment)
            {
                start.Environment[key] = value;
            }
        }
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        process = Process.Start(start)!;
        process.OutputDataReceived += Take;
        process.ErrorDataReceived += Take;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>The address that a step says it listens on.</summary>
    public async Task<Uri> ListeningAsync()
    {
        List<string> said = [];
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2)); // It may be built first.
        while (!process.HasExited)
        {
            said.Add(await NextAsync(patience.Token));
            if (Regex.Match(said[^1], @"Now listening on: (\S+)") is { Success: true } match)
            {
                return new(match.Groups[1].Value);
            }
        }
        throw new InvalidOperationException($"It ended: {string.Join('\n', said)}");
    }

    /// <summary>The next lines of output.</summary>
    public Task<string[]> LinesAsync(int count) => LinesAsync(count, Wait.Patience);

    /// <inheritdoc cref="LinesAsync(int)"/>
    public async Task<string[]> LinesAsync(int count, TimeSpan most)
    {
        var next = new string[count];
        using var patience = new CancellationTokenSource(most);
        for (var i = 0; i < count; i++)
        {
            next[i] = await NextAsync(patience.Token);
        }
        return next;
    }

    /// <summary>Ctrl+C: the signal goes to all of the group.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> InterruptAsync()
    {
        Assert.NotEqual(0, group); // Known from the first line on. 0 is the group of the tests themselves.
        Assert.Equal(0, Signal(-group, Sigint));
        await process.WaitForExitAsync().WaitAsync(Wait.Patience);
        return process.ExitCode;
    }

    public void Dispose()
    {
        if (group != 0)
        {
            _ = Signal(-group, Sigkill); // What is left of it.
        }
        process.Kill(entireProcessTree: true);
        process.Dispose();
    }

    async Task<string> NextAsync(CancellationToken cancellation)
    {
        if (group == 0 && !OperatingSystem.IsWindows())
        {
            group = int.Parse(await lines.Reader.ReadAsync(cancellation));
        }
        return await lines.Reader.ReadAsync(cancellation);
    }

    void Take(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is not null)
        {
            lines.Writer.TryWrite(line.Data);
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    static extern int Signal(int process, int signal);
}
