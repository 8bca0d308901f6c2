using System.Globalization;
using System.Text.Json;

namespace Classroom;

/// <summary>Teaches every step to the same class, and prints what it cost.</summary>
public static class CompareCommand
{
    /// <summary>Up to so many students over all steps, the steps are measured side by side; more would get into each other's way.</summary>
    const int SideBySide = 500;

    const int MostStudents = 20_000;

    static readonly int[] GrowthSizes = [10, 100, 1000, 5000];

    /// <summary>The columns of the table, in order.</summary>
    public static IReadOnlyList<string> Columns => new Report([], false, "").Table.Columns;

    internal static async Task<int> RunAsync(string[] words, TextWriter output, Progress progress, CancellationToken stop)
    {
        var arguments = new Arguments(words,
            ["--students", "--rate", "--seconds", "--idle", "--crowd", "--steps", "--json", "--html"], ["--growth", "--cold", "--no-build"]);
        if (arguments.Words is [var word, ..])
        {
            throw new UsageException($"compare does not know what to do with {word}.");
        }
        var growth = arguments.Has("--growth");
        var sizes = growth
            ? arguments.Integers("--students", GrowthSizes, 1, MostStudents)
            : [arguments.Integer("--students", 30, 1, MostStudents)];
        var plan = new ClassPlan(0,
            arguments.Number("--rate", 20, 1, 3000),
            arguments.Number("--seconds", growth ? 10 : 20, 0.1, 3600),
            arguments.Number("--idle", growth ? 0 : 30, 0, 3600),
            arguments.Integer("--crowd", growth ? 0 : 500, 0, MostStudents),
            arguments.Has("--cold"));
        var steps = arguments.Steps("--steps", StepSetup.Knows, "compare does not know this step's technique.");
        if (!growth && MachineLimits.ReasonAgainst(sizes[0], plan.Messages) is { } met)
        {
            throw new UsageException($"--students {sizes[0]} is more than this machine can seat: {met}.");
        }
        var json = arguments.File("--json");
        var html = arguments.File("--html");

        if (!arguments.Has("--no-build"))
        {
            progress.Report($"Building {steps.Length} steps");
            await StepProcess.BuildAsync(steps, cancellation: stop);
        }
        List<Figures> figures = [];
        List<string> limits = [];
        foreach (var students in sizes.Order())
        {
            if (MachineLimits.ReasonAgainst(students, plan.Messages) is { } limit)
            {
                limits.Add($"{students} students were not seated. The limit that was met is {limit}.");
                continue;
            }
            // Side by side, unless the steps would get into each other's way.
            foreach (var group in steps.Length * students <= SideBySide ? [steps] : steps.Chunk(1))
            {
                try
                {
                    figures.AddRange(await MeasureAsync(group, plan with { Students = students }, progress, stop));
                }
                catch (TimeoutException exception) when (growth)
                {
                    limits.Add($"{students} students were not measured: {exception.Message}.");
                }
            }
        }
        progress.End();

        var command = string.Join(' ', words.Prepend("./run.sh compare"));
        var report = growth ? new GrowthReport(figures, limits, plan.Cold, command) : new Report(figures, plan.Cold, command);
        output.WriteLine(report.Text);
        if (json is not null)
        {
            await File.WriteAllTextAsync(json, report.Json, stop);
        }
        if (html is not null)
        {
            await File.WriteAllTextAsync(html, report.Html, stop);
        }
        return figures.All(one => one.IsComplete) ? 0 : 1;
    }

    static async Task<List<Figures>> MeasureAsync(string[] steps, ClassPlan plan, Progress progress, CancellationToken stop)
    {
        var name = steps.Length == 1 ? steps[0] : $"{steps.Length} steps side by side";
        List<Measurement> measurements = [];
        try
        {
            progress.Report($"{name}: {(plan.Cold ? "start" : "rehearsal")}");
            await Task.WhenAll(steps.Select(async step =>
            {
                var measurement = await Measurement.StartAsync(step, plan, stop);
                lock (measurements)
                {
                    measurements.Add(measurement);
                }
            }));
            progress.Report($"{name}: {Unit.Plural(plan.Students, "student")} sit down");
            await Task.WhenAll(measurements.Select(measurement => measurement.SeatAsync(stop)));
            // No two steps have a message to deliver at the same time.
            var writing = Task.WhenAll(measurements.Select((measurement, i) => measurement.WriteAsync((double)i / measurements.Count, stop)));
            await progress.WhileAsync($"{name}: {Unit.Plural(plan.Messages, "message")} for {Unit.Plural(plan.Students, "student")}", plan.Seconds, writing);
            var measured = await writing;
            if (plan.Idle > 0)
            {
                var idling = Task.WhenAll(measurements.Zip(measured, (measurement, one) => measurement.IdleAsync(one, stop)));
                await progress.WhileAsync($"{name}: everybody is idle", plan.Idle, idling);
                measured = await idling;
            }
            List<Figures> figures = [];
            foreach (var (measurement, one) in measurements.Zip(measured))
            {
                if (measurement.NeedsCrowd)
                {
                    progress.Report($"{name}: a crowd of {plan.Crowd} comes in for a moment");
                }
                figures.Add(await measurement.CrowdAsync(one, stop));
            }
            return [.. figures.OrderBy(one => one.Step, StringComparer.Ordinal)];
        }
        finally
        {
            await Task.WhenAll(measurements.Select(measurement => measurement.DisposeAsync().AsTask()));
        }
    }
}
