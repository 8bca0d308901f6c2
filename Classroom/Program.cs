using System.Runtime.InteropServices;

namespace Classroom;

/// <summary>The lecturer's tools: compare, burst, break.</summary>
public static class Program
{
    const string Usage = """
        compare                measures the steps with a class of students, and prints one table
            --students N       how many students sit down (30)
            --rate N           messages a minute, from all of them (20)
            --seconds N        how long they write (20)
            --idle N           how long they sit idle then (30)
            --crowd N          how many more come in, last, to see a client's memory (500)
            --steps 2,3,4      which steps (all)
            --cold             without the rehearsal that has the servers compiled
            --growth           the same for 10, 100, 1000 and 5000 students, or for --students 10,50; takes minutes
            --json FILE        writes the figures
            --html FILE        writes a page with the table and plots
        burst                  one sender, many receivers: how fast a message fans out in 03, 04 and 05
            --students N       how many receivers (200)
            --seconds N        how long each measurement takes (3)
            --steps 3,4        which steps (3,4,5)
        break STEP             runs a step behind a network that breaks when a key is pressed
            --port N           where the page is (3000)
        All of them: --no-build takes the steps as they were built last.
        """;

    static async Task<int> Main(string[] arguments)
    {
        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        return await RunAsync(arguments, Console.In, Console.Out, Console.Error, stop.Token);

        void Stop(PosixSignalContext context)
        {
            // The first time: everything is put away. The second time: the end, at once.
            context.Cancel = !stop.IsCancellationRequested;
            stop.Cancel();
            _ = Task.Delay(1000).ContinueWith(_ => Environment.Exit(130), TaskScheduler.Default);
        }
    }

    /// <summary>Runs a command line.</summary>
    /// <returns>0; 1 when something failed or a message was lost, duplicated or out of order; 2 when the command line is wrong; 130 when stopped.</returns>
    public static async Task<int> RunAsync(string[] arguments, TextReader input, TextWriter output, TextWriter error, CancellationToken stop)
    {
        var progress = new Progress(error, ReferenceEquals(error, Console.Error) && !Console.IsErrorRedirected);
        try
        {
            switch (arguments)
            {
                case ["compare", .. var rest]:
                    return await CompareCommand.RunAsync(rest, output, progress, stop);
                case ["burst", .. var rest]:
                    return await BurstCommand.RunAsync(rest, output, progress, stop);
                case ["break", .. var rest]:
                    return await BreakCommand.RunAsync(rest, input, output, stop);
                case [] or ["help" or "--help" or "-h"]:
                    output.WriteLine(Usage);
                    return 0;
                default:
                    throw new UsageException($"There is no command {arguments[0]}. There are: compare, burst, break.");
            }
        }
        catch (UsageException exception)
        {
            error.WriteLine(exception.Message);
            return 2;
        }
        catch (Exception) when (stop.IsCancellationRequested || ChildProcesses.Ending)
        {
            // Whatever fails now fails because it was stopped.
            progress.End();
            error.WriteLine("Stopped.");
            return 130;
        }
        catch (Exception exception) when (exception is InvalidOperationException or IOException or HttpRequestException or TimeoutException or System.Net.Sockets.SocketException)
        {
            progress.End();
            error.WriteLine(exception.Message);
            return 1;
        }
    }
}
