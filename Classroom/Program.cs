using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace Classroom;

/// <summary>The set's commands, behind run.sh and run.ps1, which only start it.</summary>
static class Program
{
    const int Failed = 1;
    const int WrongArguments = 2;
    const int Stopped = 130;

    /// <summary>The width of a command and its arguments in the list.</summary>
    const int Width = 20;

    /// <summary>How long a command may take to put away what it has started. A second Ctrl+C ends it at once.</summary>
    static readonly TimeSpan grace = TimeSpan.FromSeconds(10);

    static readonly Command[] commands =
    [
        new("all", "", "runs every step at once, on 3001, 3002, …", AllCommand.RunAsync, """
                --port N           the port of the first step (3001); the others follow
            """),
        new("diff", "N M", "shows what changes from step N to step M", DiffCommand.RunAsync, """
                Every file that differs is shown, a new one whole; then the lines that were added and removed are
                counted. Colours are for a terminal, and not if NO_COLOR is set.
            """),
        new("compare", "", "measures what each step costs: a table", CompareCommand.RunAsync, """
                --quick            rough figures, in about a minute; without it, it takes about three
                --steps 2,3,4      which steps (all)
                --html FILE        writes a page with the table, for a projector
                --json FILE        writes the figures, every round of them
            """),
        new("race", "", "shows all six at once, live, on one page", RaceCommand.RunAsync, """
                --students N       how many follow each step (1)
                --port N           where the page is (3000)
            """),
        new("break", "STEP", "runs a step behind a network that breaks at a key", BreakCommand.RunAsync, """
                --port N           where the page is (3000)
            """),
    ];

    static async Task<int> Main(string[] arguments)
    {
        // The scripts start this program in the set's folder; a file that is named is meant from the caller's.
        var calledFrom = Environment.GetEnvironmentVariable("CALLED_FROM");
        if (Directory.Exists(calledFrom))
        {
            Directory.SetCurrentDirectory(calledFrom);
        }
        if (OperatingSystem.IsWindows())
        {
            Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        }
        using var stop = new CancellationTokenSource();
        // From here on no signal ends the process: each stops the command, which puts away what it has started.
        PosixSignal[] signals = [PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT];
        var handled = signals.Select(signal => PosixSignalRegistration.Create(signal, Stop)).ToArray();
        try
        {
            return await RunAsync(arguments, new(Console.In, Console.Out, Console.Error), stop.Token);
        }
        catch (IOException) when (stop.IsCancellationRequested)
        {
            return Stopped; // The terminal is gone.
        }
        finally
        {
            Array.ForEach(handled, signal => signal.Dispose());
        }

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            if (context.Signal == PosixSignal.SIGINT && stop.IsCancellationRequested)
            {
                Environment.Exit(Stopped);
            }
            _ = stop.CancelAsync();
            _ = Task.Delay(grace).ContinueWith(_ => Environment.Exit(Stopped), TaskScheduler.Default);
        }
    }

    /// <summary>Runs a command line.</summary>
    /// <returns>
    /// 0; 1 when something failed or a message was lost, duplicated or out of order; 2 when the command line is wrong;
    /// 130 when stopped.
    /// </returns>
    public static async Task<int> RunAsync(string[] arguments, Terminal terminal, CancellationToken stop)
    {
        try
        {
            if (arguments is [] or ["help" or "--help" or "-h"])
            {
                WriteList(terminal.Output);
                return 0;
            }
            var command = commands.FirstOrDefault(command => command.Name == arguments[0])
                ?? throw new UsageException(
                    $"There is no step or command \"{arguments[0]}\": {Options.Script} lists them.");
            if (arguments.Contains("--help") || arguments.Contains("-h"))
            {
                terminal.Output.WriteLine($"{Options.Script} {$"{command.Name} {command.Arguments}".TrimEnd()}");
                terminal.Output.WriteLine(command.Summary);
                terminal.Output.WriteLine(command.Help);
                return 0;
            }
            return await command.RunAsync(new(arguments[1..]), terminal, stop);
        }
        catch (UsageException exception)
        {
            terminal.Error.WriteLine(exception.Message);
            return WrongArguments;
        }
        catch (Exception) when (stop.IsCancellationRequested)
        {
            // Whatever fails now fails because it was stopped.
            terminal.Error.WriteLine("Stopped.");
            return Stopped;
        }
        catch (Exception exception) when (
            exception is InvalidOperationException or IOException or UnauthorizedAccessException
                or HttpRequestException or SocketException)
        {
            terminal.Error.WriteLine(exception.Message);
            return Failed;
        }
    }

    static void WriteList(TextWriter output)
    {
        const string Step = "runs a step at http://localhost:3000";
        WriteRow("STEP [arguments]", $"{Step}: {Options.Script} 3 --urls http://localhost:3005");
        foreach (var technique in Repository.Techniques)
        {
            output.WriteLine(new string(' ', Options.Script.Length + Width) + technique);
        }
        WriteRow("test [STEP]", "runs all tests, or those of a step");
        foreach (var command in commands)
        {
            WriteRow($"{command.Name} {command.Arguments}", command.Summary);
        }
        output.WriteLine($"{Options.Script} COMMAND --help tells its options.");

        void WriteRow(string command, string summary) =>
            output.WriteLine($"{Options.Script} {command.PadRight(Width - 1)}{summary}");
    }

    /// <summary>A command of run.sh.</summary>
    /// <param name="Name">The word that a person types.</param>
    /// <param name="Arguments">What may follow the name, in the list of commands: "N M".</param>
    /// <param name="Summary">What it does, in the list of commands.</param>
    /// <param name="RunAsync">Does it with what follows the name, until Ctrl+C, and returns the exit code.</param>
    /// <param name="Help">Its options, a line each.</param>
    sealed record Command(
        string Name,
        string Arguments,
        string Summary,
        Func<Options, Terminal, CancellationToken, Task<int>> RunAsync,
        string Help);
}
