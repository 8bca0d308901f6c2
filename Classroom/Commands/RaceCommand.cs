namespace Classroom;

/// <summary>Shows every step at once on one page, until Ctrl+C.</summary>
static class RaceCommand
{
    public static async Task<int> RunAsync(Options options, Terminal terminal, CancellationToken stop)
    {
        var students = options.Number("--students", usual: 1, most: 100);
        var port = options.Number("--port", usual: 3000, most: 65_535);
        options.Steps(0, "race");
        await Wire.CheckAsync(port);
        var steps = Repository.Techniques;
        terminal.Error.WriteLine($"Starting {steps.Count} steps");
        await using var race = await Race.StartAsync(steps, students, stop);
        await using var page = await RacePage.StartAsync(race, $"http://localhost:{port}", stop);
        terminal.Output.WriteLine($"The race is at http://localhost:{port}. Ctrl+C ends it.");
        await Task.Delay(Timeout.Infinite, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await page.StopAsync(CancellationToken.None);
        return 0;
    }
}
