namespace Classroom;

/// <summary>Measures what each step costs, or how that grows with the class.</summary>
/// <param name="plan">A test's; null for those of a lecture.</param>
sealed class CompareCommand(MeasuringPlan? plan = null) : ICommand
{
    const int MostInClass = 1000;

    const int MostStudents = 20_000;

    static readonly int[] GrowthSizes = [10, 100, 1000, 5000];

    string ICommand.Name => "compare";

    string ICommand.Arguments => "";

    string ICommand.Summary => "measures what each step costs: a table, and plots";

    string ICommand.Options => """
            --quick            rough figures, in about a minute; without it, it takes less than three
            --steps 2,3,4      which steps (all)
            --students N       how many read in a class (30)
            --growth           how the cost grows: classes of 10, 100, 1000 and 5000, or --students 10,50
            --html FILE        writes a page with the table and plots, for a projector
            --csv FILE         writes the figures for a spreadsheet
            --json FILE        writes the figures, every round of them
            --no-build         takes the steps as they were built last
        """;

    public async Task<int> RunAsync(string[] arguments, Terminal terminal, CancellationToken stop)
    {
        var (options, words) = CommandLine.Parse<CompareOptions>(arguments);
        CommandLine.NoWords("compare", words);
        CommandLine.CanBeWritten("--json", options.Json);
        CommandLine.CanBeWritten("--csv", options.Csv);
        CommandLine.CanBeWritten("--html", options.Html);
        var techniques = CommandLine.Steps(options.Steps);
        var sizes = SizesOf(options);
        var chosen = PlanOf(options, sizes);
        var crowds = chosen.Crowd * chosen.UntimedAtOnce;
        var reason = MachineLimits.ReasonAgainst(crowds, chosen.Silent * techniques.Length);
        if (reason is not null && !options.Growth)
        {
            throw new UsageException($"This machine cannot have so many clients: {reason}.");
        }

        if (!options.NoBuild)
        {
            terminal.Progress.Report($"Building {Number.Plural(techniques.Length, "step")}");
            await StepBuild.RunAsync(techniques.Select(step => step.Folder), Repository.Configuration, stop);
        }
        var faults = options.Growth
            ? await GrowAsync(techniques, sizes, chosen, options, terminal, stop)
            : await CompareAsync(techniques, chosen, options, terminal, stop);
        foreach (var fault in faults)
        {
            terminal.Error.WriteLine(fault);
        }
        return faults.Length == 0 ? 0 : 1;
    }

    static async Task<string[]> CompareAsync(
        Technique[] techniques,
        MeasuringPlan plan,
        CompareOptions options,
        Terminal terminal,
        CancellationToken stop)
    {
        var comparison = new Comparison(techniques, plan, terminal.Progress);
        var steps = await comparison.RunAsync(stop);
        terminal.Progress.End();
        var result = new ComparisonResult(RunOf(options, plan), steps);
        var report = new ComparisonReport(result);
        await WriteAsync(options.Json, result.ToJson(), stop);
        await WriteAsync(options.Csv, ComparisonCsv.Write(result), stop);
        await WriteAsync(options.Html, ComparisonPage.Write(result), stop);
        terminal.Output.Write(report);
        return [.. report.Faults];
    }

    static async Task<string[]> GrowAsync(
        Technique[] techniques,
        int[] sizes,
        MeasuringPlan plan,
        CompareOptions options,
        Terminal terminal,
        CancellationToken stop)
    {
        var growth = new Growth(techniques, sizes, plan, terminal.Progress);
        await growth.RunAsync(stop);
        terminal.Progress.End();
        var report = new GrowthReport(new(RunOf(options, plan), growth.Figures, growth.Limits));
        await WriteAsync(options.Json, report.ToJson(), stop);
        await WriteAsync(options.Csv, report.ToCsv(), stop);
        await WriteAsync(options.Html, report.ToHtml(), stop);
        terminal.Output.Write(report);
        return [.. report.Faults];
    }

    static MeasuringRun RunOf(CompareOptions options, MeasuringPlan plan)
    {
        List<string> command = [Program.Script, "compare"];
        if (options.Growth)
        {
            command.Add("--growth");
        }
        if (options.Quick)
        {
            command.Add("--quick");
        }
        if (options.Students is not null)
        {
            command.AddRange(["--students", options.Students]);
        }
        if (options.Steps is not null)
        {
            command.AddRange(["--steps", options.Steps]);
        }
        return new(
            string.Join(' ', command),
            DateOnly.FromDateTime(DateTime.Now),
            Machine.Description,
            Repository.Configuration,
            options.Quick,
            plan.Rounds,
            plan.Students);
    }

    static int[] SizesOf(CompareOptions options)
    {
        const string Option = "--students";
        if (options.Growth)
        {
            return options.Students is null
                ? GrowthSizes
                : CommandLine.Integers(Option, options.Students, 1, MostStudents);
        }
        return [CommandLine.Integer(Option, options.Students ?? "30", 1, MostInClass)];
    }

    MeasuringPlan PlanOf(CompareOptions options, int[] sizes)
    {
        if (plan is not null)
        {
            return plan;
        }
        return (options.Quick ? MeasuringPlan.Quick : MeasuringPlan.Usual) with { Students = sizes[0] };
    }

    static async Task WriteAsync(string? path, string text, CancellationToken stop)
    {
        if (path is not null)
        {
            await File.WriteAllTextAsync(path, text, stop);
        }
    }
}
