namespace Classroom;

/// <summary>Shows every step at once on one page, until Ctrl+C.</summary>
sealed class RaceCommand : ICommand
{
    public string Name => "race";

    public string Arguments => "";

    public string Summary => "shows all six at once, live, on one page";

    public string Options => """
            --students N       how many follow each step (1)
            --port N           where the page is (3000)
            --no-build         takes the steps as they were built last
        """;

    public async Task<int> RunAsync(string[] arguments, Terminal terminal, CancellationToken stop)
    {
        var (options, words) = CommandLine.Parse<RaceOptions>(arguments);
        CommandLine.NoWords(Name, words);
        if (!LoopbackPort.IsFree(options.Port))
        {
            throw new IOException($"Port {options.Port} is in use: "
                + $"stop what runs there, or choose another: {Program.Script} race --port 3007");
        }
        var steps = Repository.Techniques();
        var progress = terminal.Progress;
        if (!options.NoBuild)
        {
            progress.Report($"Building {steps.Count} steps");
            await StepBuild.RunAsync(steps.Select(step => step.Folder), Repository.Configuration, stop);
        }
        progress.Report($"Starting {steps.Count} steps");
        await using var race = await Race.StartAsync(steps, options.Students, stop);
        await using var page = await RacePage.StartAsync(race, options.Port, stop);
        progress.End();
        terminal.Output.WriteLine($"The race is at http://localhost:{options.Port}. Ctrl+C ends it.");
        await Task.Delay(Timeout.Infinite, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        race.End();
        await page.StopAsync(CancellationToken.None);
        return 0;
    }
}
