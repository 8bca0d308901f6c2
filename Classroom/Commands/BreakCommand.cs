using System.Net.Sockets;

namespace Classroom;

/// <summary>Runs a step behind a network that breaks when a key is pressed.</summary>
sealed class BreakCommand : ICommand
{
    const char Quit = 'q';

    public string Name => "break";

    public string Arguments => "STEP";

    public string Summary => "runs a step behind a network that breaks at a key";

    public string Options => """
            --port N           where the page is (3000)
            --no-build         takes the step as it was built last
        """;

    public async Task<int> RunAsync(string[] arguments, Terminal terminal, CancellationToken stop)
    {
        var (options, words) = CommandLine.Parse<BreakOptions>(arguments);
        if (words.Length != 1)
        {
            throw new UsageException($"break takes one step: {Program.Script} break 4");
        }
        var technique = CommandLine.Step(words[0]);
        var serverPort = LoopbackPort.Free();
        await using var wire = await ListenAsync(new Uri($"http://127.0.0.1:{serverPort}"), options.Port);
        if (!options.NoBuild)
        {
            terminal.Progress.Report($"Building {technique}");
            await StepBuild.RunAsync([technique.Folder], Repository.Configuration, stop);
            terminal.Progress.End();
        }
        await using var server = await StepProcess.StartAsync(technique.Folder, serverPort, cancellation: stop);
        terminal.Output.WriteLine($"""
            {technique} is at http://localhost:{options.Port}, behind a network that breaks when you press a key:
              c  cuts every connection now
              r  refuses new connections for {Breaker.Duration.TotalSeconds} s
              d  delays everything by {Breaker.Delay.TotalSeconds} s, and no longer when pressed again
              f  freezes for {Breaker.Duration.TotalSeconds} s: nothing passes, nothing is closed
              s  stops the server and starts it again
              {Quit}  quits
            """);

        var breaker = new Breaker(technique.Reading, wire, server, Say);
        await foreach (var key in Keyboard.Read(terminal).ReadAllAsync(stop))
        {
            if (key == Quit)
            {
                break;
            }
            await breaker.PressAsync(key, stop);
        }
        return 0;

        void Say(string line) => terminal.Output.WriteLine($"{DateTime.Now:HH:mm:ss} {line}");
    }

    /// <exception cref="IOException">The port is taken.</exception>
    static async Task<Wire> ListenAsync(Uri server, int port)
    {
        try
        {
            return await Wire.StartAsync(server, port);
        }
        catch (SocketException exception) when (
            exception.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied)
        {
            throw new IOException($"Port {port} cannot be used: {exception.Message}. "
                + "Stop the program that uses it, or choose another: --port 3005");
        }
    }
}
