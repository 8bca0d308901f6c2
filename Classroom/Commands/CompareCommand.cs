namespace Classroom;

/// <summary>Measures what each step costs.</summary>
static class CompareCommand
{
    /// <returns>1 if a message was lost, repeated or out of order.</returns>
    public static async Task<int> RunAsync(Options options, Terminal terminal, CancellationToken stop)
    {
        var isQuick = options.Has("--quick");
        var chosen = options.Text("--steps");
        var json = options.Text("--json");
        var html = options.Text("--html");
        options.Steps(0, "compare");
        var techniques = Options.StepsOf(chosen);
        CheckFile(json);
        CheckFile(html);
        var plan = isQuick ? MeasuringPlan.Quick : MeasuringPlan.Full;
        var steps = await Comparison.RunAsync(techniques, plan, terminal, stop);

        var typed = $"{Options.Script} compare{(isQuick ? " --quick" : "")}"
            + (chosen is null ? "" : $" --steps {chosen}");
        var today = DateOnly.FromDateTime(DateTime.Now);
        var result = new ComparisonResult(typed, today, ComparisonResult.ThisMachine, plan, steps);
        terminal.Output.Write(ComparisonReport.Text(result));
        await WriteAsync(json, result.ToJson());
        await WriteAsync(html, ComparisonPage.Write(result));
        var faulty = steps.Where(step => step.Faults > 0).ToArray();
        foreach (var step in faulty)
        {
            terminal.Error.WriteLine($"{step.Step}: {step.Faults} messages were lost, repeated or out of order.");
        }
        return faulty.Length == 0 ? 0 : 1;
    }

    static Task WriteAsync(string? path, string text) =>
        path is null ? Task.CompletedTask : File.WriteAllTextAsync(path, text);

    /// <summary>What cannot be written is told before the measuring, and not after it.</summary>
    static void CheckFile(string? path)
    {
        if (path is not null)
        {
            File.Open(path, FileMode.OpenOrCreate, FileAccess.Write).Dispose();
        }
    }
}
