namespace Classroom;

/// <summary>Runs a step behind a network that breaks when a key is pressed.</summary>
static class BreakCommand
{
    const char Quit = 'q';

    public static async Task<int> RunAsync(Options options, Terminal terminal, CancellationToken stop)
    {
        var port = options.Number("--port", usual: 3000, most: 65_535);
        var technique = options.Steps(1, "break 4").Single();
        StepProcess? server = null;
        await using var wire = new Wire(() => server?.Address, port);
        server = await StepProcess.StartAsync(technique, stop: stop);
        await using var ended = server;
        Fault[] faults = [.. Fault.Of(technique)];
        terminal.Output.WriteLine(
            $"{technique} is at http://localhost:{port}, behind a network that breaks when you press a key:");
        foreach (var fault in faults)
        {
            terminal.Output.WriteLine($"  {fault.Key}  {fault.Help}");
        }
        terminal.Output.WriteLine($"  {Quit}  quits");

        var breaker = new Breaker(wire, server, Say);
        while (await terminal.ReadKeyAsync(stop) is { } key and not Quit)
        {
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

        void Say(string line) => terminal.Output.WriteLine($"{DateTime.Now:HH:mm:ss} {line}");
    }
}
