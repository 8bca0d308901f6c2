using System.ComponentModel.DataAnnotations;
using System.Diagnostics;

namespace Classroom;

sealed class AllOptions
{
    [Range(1, 65_000)]
    public int Port { get; set; } = 3001;
}

/// <summary>Runs every step at once, each on a port of its own, until Ctrl+C.</summary>
static class AllCommand
{
    public static async Task<int> RunAsync(AllOptions options, Terminal terminal, CancellationToken stop)
    {
        var steps = Repository.Techniques;
        var commands = steps
            .Select((step, i) => StepProcess.Command(step, $"http://localhost:{options.Port + i}"))
            .ToArray();
        for (var i = 0; i < steps.Count; i++)
        {
            await Wire.CheckAsync(options.Port + i);
        }
        // They write to this terminal.
        var running = commands.Select(ChildProcesses.Start).ToArray();
        var ends = await Task.WhenAll(steps.Zip(running, (step, process) => WatchAsync(step, process, terminal, stop)));
        return ends.All(asAsked => asAsked) ? 0 : 1;
    }

    /// <summary>Waits for the end of a step, and asks it to end when this program is asked to.</summary>
    /// <returns>Whether it has run until then.</returns>
    static async Task<bool> WatchAsync(Technique step, Process process, Terminal terminal, CancellationToken stop)
    {
        try
        {
            await process.WaitForExitAsync(stop);
            if (!stop.IsCancellationRequested)
            {
                terminal.Error.WriteLine(
                    $"{step} has ended by itself, with exit code {process.ExitCode}. "
                    + "The others go on; Ctrl+C ends them.");
                return false;
            }
        }
        catch (OperationCanceledException)
        {
            ChildProcesses.Interrupt(process); // Ctrl+C has reached it from the terminal as well.
            await process.WaitForExitAsync(CancellationToken.None);
        }
        finally
        {
            ChildProcesses.Kill(process);
        }
        return true;
    }
}
