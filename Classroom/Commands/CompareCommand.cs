namespace Classroom;

sealed class CompareOptions
{
    public bool Quick { get; set; }

    public string? Steps { get; set; }

    public string? Json { get; set; }

    public string? Html { get; set; }
}

/// <summary>Measures what each step costs.</summary>
static class CompareCommand
{
    /// <returns>1 if a message was lost, repeated or out of order.</returns>
    public static async Task<int> RunAsync(CompareOptions options, Terminal terminal, CancellationToken stop)
    {
        var techniques = Options.Steps(options.Steps);
        CheckFile("--json", options.Json);
        CheckFile("--html", options.Html);
        var plan = options.Quick ? MeasuringPlan.Quick : MeasuringPlan.Full;
        var steps = await Comparison.RunAsync(techniques, plan, terminal, stop);

        var typed = $"{Program.Script} compare{(options.Quick ? " --quick" : "")}"
            + (options.Steps is null ? "" : $" --steps {options.Steps}");
        var today = DateOnly.FromDateTime(DateTime.Now);
        var result = new ComparisonResult(typed, today, ComparisonResult.ThisMachine, plan, steps);
        terminal.Output.Write(ComparisonReport.Text(result));
        await WriteAsync(options.Json, result.ToJson());
        await WriteAsync(options.Html, ComparisonPage.Write(result));
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
    static void CheckFile(string option, string? path)
    {
        try
        {
            if (path is not null)
            {
                File.Open(path, FileMode.OpenOrCreate, FileAccess.Write).Dispose();
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{option} {path} cannot be written: {exception.Message}");
        }
    }
}
