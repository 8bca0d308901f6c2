using System.Diagnostics;

namespace Classroom;

/// <summary>Runs every step at once, each on a port of its own, until Ctrl+C.</summary>
static class AllCommand
{
    public static async Task<int> RunAsync(Options options, Terminal terminal, CancellationToken stop)
    {
        var port = options.Number("--port", usual: 3001, most: 65_000);
        options.Steps(0, "all");
        var steps = Repository.Techniques;
        for (var i = 0; i < steps.Count; i++)
        {
            await Wire.CheckAsync(port + i);
        }
        // They write to this terminal.
        var commands = steps.Select((step, i) => StepProcess.Command(step, $"http://localhost:{port + i}")).ToArray();
        var running = commands.Select(ChildProcesses.Start).ToArray();
        var ends = await Task.WhenAll(steps.Zip(running, (step, process) => WatchAsync(step, process, terminal, stop)));
        return ends.All(asAsked => asAsked) ? 0 : 1;
    }

    /// <summary>Waits for the end of a step, and asks it to end when this program is asked to.</summary>
    /// <returns>Whether it has run until then.</returns>
    static async Task<bool> WatchAsync(Technique step, Process process, Terminal terminal, CancellationToken stop)
    {
        await process.WaitForExitAsync(stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (stop.IsCancellationRequested)
        {
            ChildProcesses.Interrupt(process); // Ctrl+C has reached it from the terminal as well.
            await process.WaitForExitAsync(CancellationToken.None);
            return true;
        }
        terminal.Error.WriteLine(
            $"{step} has ended by itself, with exit code {process.ExitCode}. The others go on; Ctrl+C ends them.");
        return false;
    }
}
