using System.ComponentModel.DataAnnotations;

namespace Classroom;

sealed class RaceOptions
{
    [Range(1, 100)]
    public int Students { get; set; } = 1;

    [Range(1, 65_535)]
    public int Port { get; set; } = 3000;
}

/// <summary>Shows every step at once on one page, until Ctrl+C.</summary>
static class RaceCommand
{
    public static async Task<int> RunAsync(RaceOptions options, Terminal terminal, CancellationToken stop)
    {
        await Wire.CheckAsync(options.Port);
        var steps = Repository.Techniques;
        terminal.Report($"Starting {steps.Count} steps");
        await using var race = await Race.StartAsync(steps, options.Students, stop);
        await using var page = await RacePage.StartAsync(race, $"http://localhost:{options.Port}", stop);
        terminal.Output.WriteLine($"The race is at http://localhost:{options.Port}. Ctrl+C ends it.");
        await Task.Delay(Timeout.Infinite, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await page.StopAsync(CancellationToken.None);
        return 0;
    }
}
