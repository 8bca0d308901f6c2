using System.Diagnostics;

namespace Classroom;

/// <summary>Runs every step at once, each on a port of its own, until Ctrl+C.</summary>
sealed class AllCommand : ICommand
{
    public string Name => "all";

    public string Arguments => "";

    public string Summary => "runs every step at once, on 3001, 3002, …";

    public string Options => """
            --port N           the port of the first step (3001); the others follow
            --no-build         takes the steps as they were built last
        """;

    public async Task<int> RunAsync(string[] arguments, Terminal terminal, CancellationToken stop)
    {
        var (options, words) = CommandLine.Parse<AllOptions>(arguments);
        CommandLine.NoWords(Name, words);
        var steps = Repository.Techniques();
        foreach (var port in Enumerable.Range(options.Port, steps.Count))
        {
            if (!LoopbackPort.IsFree(port))
            {
                throw new IOException($"Port {port} is in use: "
                    + $"stop what runs there, or choose other ports: {Program.Script} all --port 4001");
            }
        }
        // Debug, as a step on its own is run: what is built here need not be built again in the lecture.
        const string configuration = "Debug";
        if (!options.NoBuild)
        {
            terminal.Progress.Report($"Building {steps.Count} steps");
            await StepBuild.RunAsync(steps.Select(step => step.Folder), configuration, stop);
            terminal.Progress.End();
        }

        // They write to this terminal.
        var running = steps
            .Select((step, i) => StepProcess.Command(step, configuration, $"http://localhost:{options.Port + i}"))
            .Select(ChildProcesses.Start)
            .ToArray();
        var exits = await Task.WhenAll(
            running.Zip(steps, (process, step) => WatchAsync(process, step, terminal, stop)));
        return exits.All(endedAsAsked => endedAsAsked) ? 0 : 1;
    }

    /// <summary>Waits for the end of a step, and asks it to end when this program is asked to.</summary>
    /// <returns>Whether it has run until then.</returns>
    static async Task<bool> WatchAsync(Process process, Technique step, Terminal terminal, CancellationToken stop)
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
            // Ctrl+C has reached it from the terminal as well; another signal has not.
            Interrupt.Send(process);
            await process.WaitForExitAsync(CancellationToken.None);
        }
        finally
        {
            ChildProcesses.Kill(process);
        }
        return true;
    }
}
