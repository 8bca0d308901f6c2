using System.ComponentModel.DataAnnotations;

namespace Classroom;

sealed class BreakOptions
{
    [Range(1, 65_535)]
    public int Port { get; set; } = 3000;

    public string[] Words { get; set; } = [];
}

/// <summary>Runs a step behind a network that breaks when a key is pressed.</summary>
static class BreakCommand
{
    const char Quit = 'q';

    public static async Task<int> RunAsync(BreakOptions options, Terminal terminal, CancellationToken stop)
    {
        if (options.Words is not [var typed])
        {
            throw new UsageException($"break takes one step: {Program.Script} break 4");
        }
        var technique = Options.Step(typed);
        StepProcess? server = null;
        await using var wire = new Wire(() => server?.Address, options.Port);
        server = await StepProcess.StartAsync(technique, stop: stop);
        await using var ended = server;
        Fault[] faults = [.. Fault.Of(technique)];
        terminal.Output.WriteLine(
            $"{technique} is at http://localhost:{options.Port}, behind a network that breaks when you press a key:");
        foreach (var fault in faults)
        {
            terminal.Output.WriteLine($"  {fault.Key}  {fault.Help}");
        }
        terminal.Output.WriteLine($"  {Quit}  quits");

        var breaker = new Breaker(wire, server, Say, SayWhatIsForgottenAsync);
        await foreach (var key in terminal.ReadKeys().ReadAllAsync(stop))
        {
            if (key == Quit)
            {
                break;
            }
            if (faults.FirstOrDefault(fault => fault.Key == key) is { } chosen)
            {
                await chosen.DoAsync(breaker, stop);
            }
            else if (!char.IsWhiteSpace(key))
            {
                Say($"The keys are {string.Join(", ", faults.Select(fault => fault.Key))} and {Quit}.");
            }
        }
        return 0;

        Task SayWhatIsForgottenAsync(CancellationToken stopped)
        {
            if (technique.HasWebhooks)
            {
                Say("It has forgotten its subscriptions as well: subscribe again.");
            }
            return Task.CompletedTask;
        }

        void Say(string line) => terminal.Output.WriteLine($"{DateTime.Now:HH:mm:ss} {line}");
    }
}
