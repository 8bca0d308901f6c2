using System.Globalization;
using System.Text.Json;

namespace Classroom;

/// <summary>Teaches every step to the same class, and prints what it cost.</summary>
public sealed class CompareCommand : ICommand
{
    /// <summary>
    /// Up to so many students over all steps, the steps are measured side by side; more would get into each other's
    /// way.
    /// </summary>
    const int SideBySide = 500;

    const int MostStudents = 20_000;

    static readonly int[] GrowthSizes = [10, 100, 1000, 5000];

    /// <summary>The columns of the table, in order.</summary>
    public static IReadOnlyList<string> Columns => new Report([], false, "").Table.Columns;

    string ICommand.Name => "compare";

    string ICommand.Arguments => "";

    string ICommand.Summary => "measures a class of students on every step";

    string ICommand.Options => """
            --students N       how many students sit down (30)
            --rate N           messages a minute, from all of them (20)
            --seconds N        how long they write (20)
            --idle N           how long they sit idle then (30)
            --crowd N          how many more come in, last, to see a client's memory (500)
            --steps 2,3,4      which steps (all)
            --cold             without the rehearsal that has the servers compiled
            --growth           the same for 10, 100, 1000 and 5000 students, or for --students 10,50; takes minutes
            --json FILE        writes the figures
            --html FILE        writes a page with the table and plots
            --no-build         takes the steps as they were built last
        """;

    async Task<int> ICommand.RunAsync(string[] arguments, Terminal terminal, CancellationToken stop)
    {
        var (options, words) = CommandLine.Parse<CompareOptions>(arguments);
        CommandLine.NoWords("compare", words);
        var growth = options.Growth;
        var progress = terminal.Progress;
        var sizes = Sizes(options);
        var plan = new ClassPlan(0,
            options.Rate,
            options.Seconds ?? (growth ? 10 : 20),
            options.Idle ?? (growth ? 0 : 30),
            options.Crowd ?? (growth ? 0 : 500),
            options.Cold);
        var steps = CommandLine.Steps(options.Steps, _ => true, "").Select(step => step.Folder).ToArray();
        if (!growth && MachineLimits.ReasonAgainst(sizes[0], plan.Messages) is { } reason)
        {
            throw new UsageException($"--students {sizes[0]} is more than this machine can seat: {reason}.");
        }
        CommandLine.CanBeWritten("--json", options.Json);
        CommandLine.CanBeWritten("--html", options.Html);

        if (!options.NoBuild)
        {
            progress.Report($"Building {steps.Length} steps");
            await StepBuild.RunAsync(steps, Repository.Configuration, stop);
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

        var command = string.Join(' ', arguments.Prepend("./run.sh compare"));
        var report = growth
            ? new GrowthReport(figures, limits, plan.Cold, command)
            : new Report(figures, plan.Cold, command);
        terminal.Output.WriteLine(report.Text);
        if (options.Json is { } json)
        {
            await File.WriteAllTextAsync(json, report.Json, stop);
        }
        if (options.Html is { } html)
        {
            await File.WriteAllTextAsync(html, report.Html, stop);
        }
        return figures.All(one => one.IsComplete) ? 0 : 1;
    }

    static int[] Sizes(CompareOptions options)
    {
        const string Option = "--students";
        if (options.Growth)
        {
            return options.Students is null
                ? GrowthSizes
                : CommandLine.Integers(Option, options.Students, 1, MostStudents);
        }
        return [CommandLine.Integer(Option, options.Students ?? "30", 1, MostStudents)];
    }

    static async Task<List<Figures>> MeasureAsync(
        string[] steps, ClassPlan plan, Progress progress, CancellationToken stop)
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
            var writing = Task.WhenAll(
                measurements.Select((measurement, i) => measurement.WriteAsync((double)i / measurements.Count, stop)));
            await progress.WhileAsync(
                $"{name}: {Unit.Plural(plan.Messages, "message")} for {Unit.Plural(plan.Students, "student")}",
                plan.Seconds, writing);
            var measured = await writing;
            if (plan.Idle > 0)
            {
                var idling = Task.WhenAll(
                    measurements.Zip(measured, (measurement, one) => measurement.IdleAsync(one, stop)));
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
