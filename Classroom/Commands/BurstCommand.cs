using System.Diagnostics;

namespace Classroom;

/// <summary>One sender and many receivers: how fast a message fans out, and what that costs the server.</summary>
static class BurstCommand
{
    const int MostStudents = 5000;

    static readonly int[] InFlight = [1, 20];

    public static async Task<int> RunAsync(string[] words, TextWriter output, Progress progress, CancellationToken stop)
    {
        var arguments = new Arguments(words, ["--students", "--seconds", "--steps"], ["--no-build"]);
        if (arguments.Words is [var word, ..])
        {
            throw new UsageException($"burst does not know what to do with {word}.");
        }
        var students = arguments.Integer("--students", 200, 1, MostStudents);
        var seconds = arguments.Number("--seconds", 3, 0.1, 600);
        var steps = arguments.Steps("--steps", step => step[..2] is "03" or "04" or "05", "burst is for the steps that deliver at once: 3, 4 and 5.");
        if (MachineLimits.ReasonAgainst(students, InFlight[^1]) is { } met)
        {
            throw new UsageException($"--students {students} is more than this machine can seat: {met}.");
        }

        if (!arguments.Has("--no-build"))
        {
            progress.Report($"Building {steps.Length} steps");
            await StepProcess.BuildAsync(steps, cancellation: stop);
        }
        var apart = StepProcess.CanPin && Environment.ProcessorCount > 1 && await StayOffTheFirstCoreAsync(stop);

        var table = new Table("Step", "In flight", "Messages", "Deliveries per s", "Last receiver", "99 %", "CPU, µs", "Server, %", "Students, %");
        var wrong = 0L;
        foreach (var step in steps)
        {
            await using var server = await StepProcess.StartAsync(step, core: apart ? 0 : null, cancellation: stop);
            await using var fanOut = await FanOut.SeatAsync(server, students, stop);
            foreach (var inFlight in InFlight)
            {
                progress.Report($"{step}: {students} receivers, {inFlight} in flight");
                await fanOut.RunAsync(inFlight, TimeSpan.FromSeconds(Math.Min(2, seconds)), stop); // Warms up.
                var result = await fanOut.RunAsync(inFlight, TimeSpan.FromSeconds(seconds), stop);
                table.Add(step.Replace('-', ' '), Unit.Count(inFlight), Unit.Count(result.Messages),
                    Unit.Number(result.Messages * students / result.Seconds), Unit.Time(result.LastMedian), Unit.Time(result.Last99),
                    Unit.Number(result.ServerCpu.TotalMicroseconds / result.Messages / students),
                    Unit.Number(result.ServerCpu.TotalSeconds / result.Seconds * 100),
                    Unit.Number(result.OwnCpu.TotalSeconds / result.Seconds * 100));
            }
            wrong += fanOut.Wrong;
        }
        table.Add("C, epoll ¹", "1", "–", "–", "–", "–", "3.9", "–", "–");
        table.Add("C, epoll ¹", "20", "–", "–", "–", "–", "0.45", "–", "–");
        progress.End();
        output.WriteLine($"""
            {table}
            - {students} receivers, one of which sends; it keeps so many messages in flight, which means stored and not yet received by all. {Unit.Number(seconds)} s for each row, after a warm-up. No wire in between.
            - Last receiver: from stored to received by the last one; the median over all messages, and the 99th percentile.
            - CPU: the server's processor time per delivery, receiving the message included. Server, Students: how busy both processes were, in percent of one core{(apart ? ", the server on the first core alone, the students on the others" : "; they could not be kept on separate cores")}. Where the students are at 100, they and not the server set the pace.
            - ¹ The floor: a bare epoll server in C with 200 receivers, on the machine where these steps were written (2 cores of AMD EPYC); not measured now.
            - Lost, duplicated or out of order: {wrong}.

            Measured on {DateTime.Now:yyyy-MM-dd} by `{string.Join(' ', words.Prepend("./run.sh burst"))}` on {Machine.Description}.{Machine.Warning}
            """);
        return wrong == 0 ? 0 : 1;
    }

    /// <summary>Keeps every thread of this process off the first core. False when the system does not allow it.</summary>
    static async Task<bool> StayOffTheFirstCoreAsync(CancellationToken stop)
    {
        using var taskset = ChildProcesses.Start(new ProcessStartInfo("taskset",
            ["--all-tasks", "--cpu-list", "--pid", $"1-{Environment.ProcessorCount - 1}", $"{Environment.ProcessId}"])
        { RedirectStandardOutput = true, RedirectStandardError = true });
        await taskset.WaitForExitAsync(stop);
        return taskset.ExitCode == 0;
    }
}
