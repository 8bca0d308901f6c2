using System.Diagnostics;

namespace Classroom;

/// <summary>One sender and many receivers: how fast a message fans out, and what that costs the server.</summary>
sealed class BurstCommand : ICommand
{
    static readonly int[] InFlight = [1, 20];

    public string Name => "burst";

    public string Arguments => "";

    public string Summary => "measures how fast one message reaches many";

    public string Options => """
            --students N       how many receivers (200)
            --seconds N        how long each measurement takes (3)
            --steps 3,4        which steps (3,4,5)
            --no-build         takes the steps as they were built last
        """;

    public async Task<int> RunAsync(string[] arguments, Terminal terminal, CancellationToken stop)
    {
        var (options, words) = CommandLine.Parse<BurstOptions>(arguments);
        CommandLine.NoWords(Name, words);
        // With webhooks, messages travel from server to server, which is not what fans out here.
        var steps = CommandLine.Steps(options.Steps, step => step.DeliversAtOnce && !step.HasWebhooks,
            "burst is for the steps that deliver at once: 3, 4 and 5.");
        if (MachineLimits.ReasonAgainst(options.Students, InFlight[^1]) is { } reason)
        {
            throw new UsageException($"--students {options.Students} is more than this machine can seat: {reason}.");
        }
        var (students, seconds, progress) = (options.Students, options.Seconds, terminal.Progress);

        if (!options.NoBuild)
        {
            progress.Report($"Building {steps.Length} steps");
            await StepBuild.RunAsync(steps.Select(step => step.Folder), Repository.Configuration, stop);
        }
        var apart = StepProcess.CanPin && Environment.ProcessorCount > 1 && await StayOffTheFirstCoreAsync(stop);

        var table = new Table(
            "Step", "In flight", "Messages", "Deliveries per s", "Last receiver", "99 %", "CPU, µs", "Server, %",
            "Students, %");
        var wrong = 0L;
        foreach (var step in steps)
        {
            await using var server = await StepProcess.StartAsync(
                step.Folder, environment: StepProcess.MeasuringEnvironment, core: apart ? 0 : null, cancellation: stop);
            await using var fanOut = await FanOut.SeatAsync(server, students, stop);
            foreach (var inFlight in InFlight)
            {
                progress.Report($"{step}: {students} receivers, {inFlight} in flight");
                await fanOut.RunAsync(inFlight, TimeSpan.FromSeconds(Math.Min(2, seconds)), stop); // Warms up.
                var result = await fanOut.RunAsync(inFlight, TimeSpan.FromSeconds(seconds), stop);
                table.Add(step.Title, Unit.Count(inFlight), Unit.Count(result.Messages),
                    Unit.Number(result.Messages * students / result.Seconds), Unit.Time(result.LastMedian),
                    Unit.Time(result.Last99),
                    Unit.Number(result.ServerCpu.TotalMicroseconds / result.Messages / students),
                    Unit.Number(result.ServerCpu.TotalSeconds / result.Seconds * 100),
                    Unit.Number(result.OwnCpu.TotalSeconds / result.Seconds * 100));
            }
            wrong += fanOut.Wrong;
        }
        progress.End();
        var command = string.Join(' ', arguments.Prepend("./run.sh burst"));
        string[] notes =
        [
            $"{students} receivers, one of which sends; it keeps so many messages in flight, which means stored and "
            + $"not yet received by all. {Unit.Number(seconds)} s for each row, after a warm-up. No wire in between.",
            "Last receiver: from stored to received by the last one; the median over all messages, "
            + "and the 99th percentile.",
            "CPU: the server's processor time per delivery, receiving the message included.",
            "Server, Students: how busy both processes were, in percent of one core"
            + (apart
                ? ", the server on the first core alone, the students on the others. "
                : "; they could not be kept on separate cores. ")
            + "Where the students are at 100, they and not the server set the pace.",
            $"Lost, duplicated or out of order: {wrong}.",
        ];
        terminal.Output.WriteLine($"""
            {table}
            {string.Join('\n', notes.Select(note => $"- {note}"))}

            Measured on {DateTime.Now:yyyy-MM-dd} by `{command}` on {Machine.Description}.{Machine.Warning}
            """);
        return wrong == 0 ? 0 : 1;
    }

    /// <summary>
    /// Keeps every thread of this process off the first core. False when the system does not allow it.
    /// </summary>
    static async Task<bool> StayOffTheFirstCoreAsync(CancellationToken stop)
    {
        using var taskset = ChildProcesses.Start(new ProcessStartInfo("taskset",
            ["--all-tasks", "--cpu-list", "--pid", $"1-{Environment.ProcessorCount - 1}", $"{Environment.ProcessId}"])
        { RedirectStandardOutput = true, RedirectStandardError = true });
        await taskset.WaitForExitAsync(stop);
        return taskset.ExitCode == 0;
    }
}
