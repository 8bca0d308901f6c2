using System.Diagnostics;

namespace Classroom;

/// <summary>One step as a real process on a loopback port: started, measured, stopped, killed, started again.</summary>
public sealed class StepProcess : IMeasuredServer
{
    const int NewestLines = 10_000;

    /// <summary>How many free ports are tried, each of which someone else may take before the step does.</summary>
    const int MostPorts = 5;

    /// <summary>
    /// The environment of a step that is measured. One heap is what a small server has. A thread that has nothing to do
    /// sleeps at once: by default it looks out for work for a while, which costs a server that has little to do more
    /// than its clients cost.
    /// </summary>
    public static IReadOnlyDictionary<string, string> MeasuringEnvironment { get; } = new Dictionary<string, string>
    {
        ["DOTNET_gcServer"] = "0",
        ["DOTNET_ThreadPool_UnfairSemaphoreSpinLimit"] = "0",
    };

    /// <summary>
    /// The same where the processor's time counts. All code is compiled at its best when it first runs, which takes a
    /// second at the start. By default the runtime does so in the background, when code has run often: a message then
    /// costs less and less for as long as anyone measures.
    /// </summary>
    public static IReadOnlyDictionary<string, string> TimedEnvironment { get; } =
        new Dictionary<string, string>(MeasuringEnvironment)
        {
            ["DOTNET_TieredCompilation"] = "0",
            ["DOTNET_ReadyToRun"] = "0",
        };

    readonly ProcessStartInfo start;
    readonly Queue<string> log = [];
    Task output = Task.CompletedTask;
    TimeSpan cpuTime;

    StepProcess(Technique technique, int port, ProcessStartInfo start)
    {
        Technique = technique;
        Port = port;
        BaseAddress = new Uri($"http://127.0.0.1:{port}");
        this.start = start;
    }

    public Technique Technique { get; }

    /// <summary>The step's folder: "03-LongPolling".</summary>
    public string Step => Technique.Folder;

    /// <summary>The port that the step listens on; the same after <see cref="RestartAsync"/>.</summary>
    public int Port { get; }

    /// <summary>http://127.0.0.1:PORT, without the wire.</summary>
    public Uri BaseAddress { get; }

    /// <summary>The process of now: another one after <see cref="RestartAsync"/>.</summary>
    public Process Process { get; private set; } = null!; // LaunchAsync, which follows the constructor, sets it.

    public int Id => Process.Id;

    /// <summary>
    /// What the step has written to its standard output and error, oldest line first, over all restarts. Only the
    /// newest 10,000 lines are kept.
    /// </summary>
    public IReadOnlyList<string> Log
    {
        get
        {
            lock (log)
            {
                return [.. log];
            }
        }
    }

    /// <summary>
    /// The processor time that the process of now has used so far: to the microsecond on Linux, elsewhere as exact as
    /// the system tells. Once it has ended: what was last read.
    /// </summary>
    public TimeSpan CpuTime => cpuTime = Process.HasExited ? cpuTime : ProcessorClock.Read(Process);

    /// <summary>The memory of the process of now that is resident, in bytes; 0 once it has ended.</summary>
    public long ResidentBytes
    {
        get
        {
            Process.Refresh();
            return Process.HasExited ? 0 : Process.WorkingSet64;
        }
    }

    /// <summary>Starts a step that is built already, and returns when it listens.</summary>
    /// <param name="step">"3", "03" or "03-LongPolling".</param>
    /// <param name="port">1 to 65535; 0 takes a free one.</param>
    /// <param name="configuration">"Debug" or "Release"; null is the running program's own.</param>
    /// <param name="core">The only processor core (0, 1, …) that the step may use, where the system has taskset; null
    /// is all of them.</param>
    /// <param name="cancellation">Gives up waiting for the step to listen, and ends it.</param>
    /// <exception cref="ArgumentException">There is no such step.</exception>
    /// <exception cref="FileNotFoundException">The step is not built in this configuration.</exception>
    /// <exception cref="InvalidOperationException">The step ended before it listened; the message has what it
    /// wrote.</exception>
    public static async Task<StepProcess> StartAsync(
        string step,
        int port = 0,
        string? configuration = null,
        IEnumerable<string>? arguments = null,
        IReadOnlyDictionary<string, string>? environment = null,
        int? core = null,
        CancellationToken cancellation = default)
    {
        var technique = Technique.Of(step);
        for (var attempt = 1; ; attempt++)
        {
            var candidate = port == 0 ? LoopbackPort.Free() : port;
            var start = Command(
                technique, configuration ?? Repository.Configuration, $"http://127.0.0.1:{candidate}", arguments, core);
            start.RedirectStandardInput = true;
            start.RedirectStandardOutput = true;
            start.RedirectStandardError = true;
            foreach (var (key, value) in environment ?? new Dictionary<string, string>())
            {
                start.Environment[key] = value;
            }
            var started = new StepProcess(technique, candidate, start);
            try
            {
                await started.LaunchAsync(cancellation);
                return started;
            }
            catch (InvalidOperationException) when (port == 0 && attempt < MostPorts && started.PortWasTaken)
            {
                // Someone took the port since it was found free: another one.
            }
        }
    }

    /// <summary>Starts a step to be measured.</summary>
    internal static async Task<IMeasuredServer> StartMeasuredAsync(
        string step, IReadOnlyDictionary<string, string> environment, CancellationToken cancellation) =>
        await StartAsync(step, environment: environment, cancellation: cancellation);

    /// <summary>What starts a step that is built already.</summary>
    /// <exception cref="FileNotFoundException">It is not built in this configuration.</exception>
    internal static ProcessStartInfo Command(
        Technique technique, string configuration, string url, IEnumerable<string>? arguments = null, int? core = null)
    {
        var program = Repository.Program(technique.Folder, configuration);
        if (!File.Exists(program))
        {
            throw new FileNotFoundException($"{technique} is not built: there is no {program}", program);
        }
        string[] command = ["dotnet", program, "--urls", url, .. arguments ?? []];
        if (core is not null && CanPin)
        {
            command = ["taskset", "--cpu-list", $"{core}", .. command];
        }
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            WorkingDirectory = Path.Combine(Repository.Root, technique.Folder),
        };
        start.Environment.Remove("ASPNETCORE_URLS");
        return start;
    }

    /// <summary>Whether a step can be kept to one core here.</summary>
    public static bool CanPin { get; } = OperatingSystem.IsLinux()
        && (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
            .Any(folder => File.Exists(Path.Combine(folder, "taskset")));

    /// <summary>Asks the step to stop, as Ctrl+C does (SIGINT), and waits until it is gone.</summary>
    /// <param name="cancellation">Gives up waiting, and kills the step.</param>
    /// <returns>How long it took to end; zero when it had ended already.</returns>
    /// <remarks>Windows has no SIGINT for another process: there the step is killed.</remarks>
    public async Task<TimeSpan> StopAsync(CancellationToken cancellation = default)
    {
        if (Process.HasExited)
        {
            return TimeSpan.Zero;
        }
        var asked = Stopwatch.GetTimestamp();
        Interrupt.Send(Process);
        try
        {
            await Process.WaitForExitAsync(cancellation);
        }
        finally
        {
            Kill();
        }
        var took = Stopwatch.GetElapsedTime(asked);
        await output;
        return took;
    }

    /// <summary>Ends the step at once (SIGKILL), with all that it started, and returns when it is gone.</summary>
    public void Kill() => ChildProcesses.Kill(Process);

    /// <summary>Stops the step, if it runs, and starts it again on the same port.</summary>
    /// <param name="kill">End it by <see cref="Kill"/> instead of <see cref="StopAsync"/>.</param>
    /// <param name="cancellation">Gives up waiting; the step may then be down.</param>
    /// <exception cref="InvalidOperationException">It ended before it listened: someone took its port, say.</exception>
    public async Task RestartAsync(bool kill = false, CancellationToken cancellation = default)
    {
        if (kill)
        {
            Kill();
        }
        else
        {
            await StopAsync(cancellation);
        }
        await output;
        Process.Dispose();
        await LaunchAsync(cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        Kill();
        await output;
        Process.Dispose();
    }

    bool PortWasTaken => Log.Any(line => line.Contains("address already in use", StringComparison.OrdinalIgnoreCase));

    async Task LaunchAsync(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        Process = ChildProcesses.Start(start);
        Process.StandardInput.Close();
        cpuTime = TimeSpan.Zero;
        var listening = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        output = Task.WhenAll(ReadAsync(Process.StandardOutput, listening), ReadAsync(Process.StandardError, null));
        try
        {
            if (await Task.WhenAny(listening.Task, output).WaitAsync(cancellation) == output)
            {
                throw new InvalidOperationException(
                    $"{Step} ended before it listened on {BaseAddress}:\n{string.Join('\n', Log)}");
            }
        }
        catch
        {
            Kill();
            throw;
        }
    }

    async Task ReadAsync(StreamReader reader, TaskCompletionSource? listening)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            lock (log)
            {
                log.Enqueue(line);
                while (log.Count > NewestLines)
                {
                    log.Dequeue();
                }
            }
            if (line.Contains("Now listening on", StringComparison.Ordinal))
            {
                listening?.TrySetResult();
            }
        }
    }
}
