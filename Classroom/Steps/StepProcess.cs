using System.Collections.Concurrent;
using System.Diagnostics;

namespace Classroom;

/// <summary>A step as a process on loopback: started, measured, stopped, killed, started again.</summary>
public sealed class StepProcess : IAsyncDisposable
{
    const int NewestLines = 10_000;

    readonly ProcessStartInfo start;
    readonly ConcurrentQueue<string> log = [];
    TaskCompletionSource<Uri> listening = null!; // LaunchAsync, which follows the constructor, sets it.
    Task output = Task.CompletedTask;

    StepProcess(Technique technique, ProcessStartInfo start)
    {
        Technique = technique;
        this.start = start;
    }

    public Technique Technique { get; }

    /// <summary>Where it listens, on another port after each start; null while it is down.</summary>
    public Uri? Address { get; private set; }

    /// <summary>The process of now: another one after each start.</summary>
    public Process Process { get; private set; } = null!; // LaunchAsync sets it as well.

    /// <summary>What it has written, oldest line first, over all restarts. The newest 10,000 lines are kept.</summary>
    public IReadOnlyList<string> Log => [.. log];

    /// <summary>Starts a step that is built already, and returns when it listens.</summary>
    /// <param name="arguments">Its settings: "--HoldSeconds", "5".</param>
    /// <param name="stop">Gives up waiting for it to listen, and ends it.</param>
    /// <exception cref="FileNotFoundException">The step is not built.</exception>
    /// <exception cref="InvalidOperationException">It ended before it listened; the message says why.</exception>
    public static async Task<StepProcess> StartAsync(
        Technique technique,
        IEnumerable<string>? arguments = null,
        IReadOnlyDictionary<string, string>? environment = null,
        CancellationToken stop = default)
    {
        var start = Command(technique, "http://127.0.0.1:0", arguments);
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        foreach (var (key, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[key] = value;
        }
        var step = new StepProcess(technique, start);
        await step.LaunchAsync(stop);
        return step;
    }

    /// <summary>What starts a step that is built already.</summary>
    /// <exception cref="FileNotFoundException">It is not.</exception>
    internal static ProcessStartInfo Command(Technique technique, string urls, IEnumerable<string>? arguments = null)
    {
        var program = Repository.Program(technique);
        var start = new ProcessStartInfo("dotnet", [program, "--urls", urls, .. arguments ?? []])
        {
            WorkingDirectory = Path.Combine(Repository.Root, technique.Folder),
        };
        start.Environment.Remove("ASPNETCORE_URLS");
        return start;
    }

    /// <summary>Asks the step to stop, as Ctrl+C does, and waits until it is gone.</summary>
    /// <param name="stop">Gives up waiting, and kills it.</param>
    public async Task StopAsync(CancellationToken stop = default)
    {
        Address = null;
        if (!Process.HasExited)
        {
            ChildProcesses.Interrupt(Process);
        }
        try
        {
            await Process.WaitForExitAsync(stop);
        }
        finally
        {
            Kill();
        }
        await output;
    }

    /// <summary>Ends the step at once (SIGKILL), and returns when it is gone.</summary>
    public void Kill()
    {
        Address = null;
        ChildProcesses.Kill(Process);
    }

    /// <summary>Starts a step again that was stopped or killed.</summary>
    public async Task StartAgainAsync(CancellationToken stop = default)
    {
        await output;
        Process.Dispose();
        await LaunchAsync(stop);
    }

    public async ValueTask DisposeAsync()
    {
        Kill();
        await output;
        Process.Dispose();
    }

    async Task LaunchAsync(CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        Process = ChildProcesses.Start(start);
        listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
        output = Task.WhenAll(ReadAsync(Process.StandardOutput), ReadAsync(Process.StandardError));
        try
        {
            if (await Task.WhenAny(listening.Task, output).WaitAsync(stop) == output)
            {
                var reason = Log.LastOrDefault(line => line.StartsWith("Unhandled exception")) ?? Log.LastOrDefault();
                throw new InvalidOperationException($"{Technique} does not start: {reason}");
            }
            Address = await listening.Task;
        }
        catch
        {
            Kill();
            throw;
        }
    }

    async Task ReadAsync(StreamReader reader)
    {
        const string Label = "Now listening on: ";
        while (await reader.ReadLineAsync() is { } line)
        {
            log.Enqueue(line);
            if (log.Count > NewestLines)
            {
                log.TryDequeue(out _);
            }
            var at = line.IndexOf(Label, StringComparison.Ordinal);
            if (at >= 0)
            {
                listening.TrySetResult(new(line[(at + Label.Length)..].Trim()));
            }
        }
    }
}
