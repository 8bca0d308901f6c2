using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Classroom;

/// <summary>The set's commands, behind run.sh and run.ps1, which only start it.</summary>
public static class Program
{
    const int Failed = 1;
    const int WrongArguments = 2;
    const int Stopped = 130;

    /// <summary>How long a command may take to put away what it has started. A second Ctrl+C ends it at once.</summary>
    static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    static readonly ICommand[] Commands =
    [
        new AllCommand(),
        new DiffCommand(),
        new TestCommand(),
        new CompareCommand(),
        new BurstCommand(),
        new BreakCommand(),
        new RaceCommand(),
    ];

    /// <summary>The script that a person here types.</summary>
    internal static string Script { get; } = OperatingSystem.IsWindows() ? "./run.ps1" : "./run.sh";

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
        using var host = Host.CreateEmptyApplicationBuilder(new()).Build();
        // From here on Ctrl+C stops the application, and no longer ends the process.
        await host.StartAsync();
        var lifetime = host.Services.GetRequiredService<IHostApplicationLifetime>();
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);
        var interrupts = 0;
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, StopAtOnce);
        using var grace = lifetime.ApplicationStopping.Register(() =>
            Task.Delay(Grace).ContinueWith(_ => Environment.Exit(Stopped), TaskScheduler.Default));
        return await RunAsync(arguments, Console.In, Console.Out, Console.Error, lifetime.ApplicationStopping);

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            lifetime.StopApplication();
        }

        void StopAtOnce(PosixSignalContext context)
        {
            interrupts++;
            if (interrupts > 1)
            {
                Environment.Exit(Stopped);
            }
        }
    }

    /// <summary>Runs a command line.</summary>
    /// <returns>
    /// 0; 1 when something failed or a message was lost, duplicated or out of order; 2 when the command line is wrong;
    /// 130 when stopped.
    /// </returns>
    public static async Task<int> RunAsync(
        string[] arguments, TextReader input, TextWriter output, TextWriter error, CancellationToken stop)
    {
        var terminal = new Terminal(input, output, error);
        try
        {
            if (arguments is [] or ["help" or "--help" or "-h"])
            {
                WriteList(output);
                return 0;
            }
            var command = Commands.FirstOrDefault(command => command.Name == arguments[0])
                ?? throw new UsageException(
                    $"There is no step or command \"{arguments[0]}\": {Script} lists them.");
            if (arguments.Contains("--help") || arguments.Contains("-h"))
            {
                WriteHelp(command, output);
                return 0;
            }
            return await command.RunAsync(arguments[1..], terminal, stop);
        }
        catch (UsageException exception)
        {
            error.WriteLine(exception.Message);
            return WrongArguments;
        }
        catch (Exception) when (stop.IsCancellationRequested || ChildProcesses.Ending)
        {
            // Whatever fails now fails because it was stopped.
            terminal.Progress.End();
            error.WriteLine("Stopped.");
            return Stopped;
        }
        catch (Exception exception) when (IsExpected(exception))
        {
            terminal.Progress.End();
            error.WriteLine(exception.Message);
            return Failed;
        }
    }

    static bool IsExpected(Exception exception) => exception
        is InvalidOperationException or IOException or HttpRequestException or TimeoutException or SocketException;

    static void WriteList(TextWriter output)
    {
        WriteRow("STEP [arguments]", $"runs a step at http://localhost:3000: {Script} 3 --urls http://localhost:3005");
        foreach (var technique in Repository.Techniques())
        {
            output.WriteLine(new string(' ', Script.Length + Width) + technique);
        }
        foreach (var command in Commands)
        {
            WriteRow($"{command.Name} {command.Arguments}", command.Summary);
        }
        output.WriteLine($"{Script} COMMAND --help tells its options.");

        void WriteRow(string command, string summary) =>
            output.WriteLine($"{Script} {command.PadRight(Width - 1)}{summary}");
    }

    static void WriteHelp(ICommand command, TextWriter output)
    {
        output.WriteLine($"{Script} {$"{command.Name} {command.Arguments}".TrimEnd()}");
        output.WriteLine(command.Summary);
        if (command.Options.Length > 0)
        {
            output.WriteLine(command.Options);
        }
    }

    /// <summary>The width of a command and its arguments in the list.</summary>
    const int Width = 20;
}
