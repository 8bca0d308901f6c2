using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Classroom;

/// <summary>One step as a real process on a loopback port: started, measured, stopped, killed, started again.</summary>
public sealed class StepProcess : IAsyncDisposable
{
    const int NewestLines = 10_000;
    readonly ProcessStartInfo start;
    readonly Queue<string> log = [];
    Process process;
    Task output = Task.CompletedTask;
    TimeSpan cpuTime;

    StepProcess(string step, int port, ProcessStartInfo start)
    {
        Step = step;
        Port = port;
        BaseAddress = new Uri($"http://127.0.0.1:{port}");
        this.start = start;
        process = null!; // LaunchAsync, the only caller's next line, sets it.
    }

    /// <summary>The step's folder: "03-LongPolling".</summary>
    public string Step { get; }

    /// <summary>The port that the step listens on; the same after <see cref="RestartAsync"/>.</summary>
    public int Port { get; }

    /// <summary>http://127.0.0.1:PORT, without the wire.</summary>
    public Uri BaseAddress { get; }

    /// <summary>The process of now: another one after <see cref="RestartAsync"/>.</summary>
    public Process Process => process;

    /// <summary>The id of the process of now.</summary>
    public int Id => process.Id;

    /// <summary>What the step has written to its standard output and error, oldest line first, over all restarts. Only the newest 10,000 lines are kept.</summary>
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

    /// <summary>The processor time that the process of now has used so far: to the microsecond on Linux, elsewhere as exact as the system tells. Once it has ended: what was last read.</summary>
    public TimeSpan CpuTime => cpuTime = process.HasExited ? cpuTime : ProcessorClock.Read(process);

    /// <summary>The memory of the process of now that is resident, in bytes; 0 once it has ended.</summary>
    public long ResidentBytes
    {
        get
        {
            process.Refresh();
            return process.HasExited ? 0 : process.WorkingSet64;
        }
    }

    /// <summary>Builds steps with the SDK.</summary>
    /// <param name="steps">Names as <see cref="StartAsync"/> takes them.</param>
    /// <param name="configuration">"Debug" or "Release"; null is the running program's own.</param>
    /// <param name="cancellation">Ends the build that is under way.</param>
    /// <exception cref="InvalidOperationException">A step does not build; the message has what the SDK said.</exception>
    public static async Task BuildAsync(IEnumerable<string> steps, string? configuration = null, CancellationToken cancellation = default)
    {
        var projects = string.Join(';', steps.Select(step => Repository.Project(Find(step))));
        var properties = $"Configuration={configuration ?? Repository.Configuration}";
        // One build for all takes a third of the time of one after the other. Restoring is an evaluation of its own.
        var all = Path.Combine(Path.GetTempPath(), $"steps-{Guid.NewGuid():N}.proj");
        await File.WriteAllTextAsync(all, $"""
            <Project>
              <Target Name="Build">
                <MSBuild Projects="{projects}" Targets="Restore" Properties="{properties};For=Restore" BuildInParallel="true" />
                <MSBuild Projects="{projects}" Targets="Build" Properties="{properties}" BuildInParallel="true" />
              </Target>
            </Project>
            """, cancellation);
        // No build server stays behind.
        var start = new ProcessStartInfo("dotnet",
            ["msbuild", all, "-nologo", "-verbosity:quiet", "-maxCpuCount", "-nodeReuse:false", "-property:UseSharedCompilation=false"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var build = ChildProcesses.Start(start);
        try
        {
            build.StandardInput.Close();
            var said = await Task.WhenAll(
                build.StandardOutput.ReadToEndAsync(cancellation),
                build.StandardError.ReadToEndAsync(cancellation));
            await build.WaitForExitAsync(cancellation);
            if (build.ExitCode != 0)
            {
                throw new InvalidOperationException($"The steps do not build:\n{string.Concat(said).Trim()}");
            }
        }
        finally
        {
            ChildProcesses.Kill(build);
            File.Delete(all);
        }
    }

    /// <summary>Starts a step that is built already, and returns when it listens.</summary>
    /// <param name="step">"3", "03" or "03-LongPolling".</param>
    /// <param name="port">1 to 65535; 0 takes a free one.</param>
    /// <param name="configuration">"Debug" or "Release"; null is the running program's own.</param>
    /// <param name="arguments">Further arguments of the step.</param>
    /// <param name="environment">Further environment variables of the step.</param>
    /// <param name="core">The only processor core (0, 1, …) that the step may use, where the system has taskset; null is all of them.</param>
    /// <param name="cancellation">Gives up waiting for the step to listen, and ends it.</param>
    /// <exception cref="ArgumentException">There is no such step.</exception>
    /// <exception cref="FileNotFoundException">The step is not built in this configuration.</exception>
    /// <exception cref="InvalidOperationException">The step ended before it listened; the message has what it wrote.</exception>
    public static async Task<StepProcess> StartAsync(
        string step,
        int port = 0,
        string? configuration = null,
        IEnumerable<string>? arguments = null,
        IReadOnlyDictionary<string, string>? environment = null,
        int? core = null,
        CancellationToken cancellation = default)
    {
        var name = Find(step);
        var program = Repository.Program(name, configuration ?? Repository.Configuration);
        if (!File.Exists(program))
        {
            throw new FileNotFoundException($"{name} is not built: there is no {program}", program);
        }
        for (var attempt = 1; ; attempt++)
        {
            var candidate = port == 0 ? LoopbackPort.Free() : port;
            string[] command = ["dotnet", program, "--urls", $"http://127.0.0.1:{candidate}", .. arguments ?? []];
            if (core is not null && CanPin)
            {
                command = ["taskset", "--cpu-list", $"{core}", .. command];
            }
            var start = new ProcessStartInfo(command[0], command[1..])
            {
                WorkingDirectory = Path.Combine(Repository.Root, name),
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            start.Environment.Remove("ASPNETCORE_URLS");
            foreach (var (key, value) in environment ?? new Dictionary<string, string>())
            {
                start.Environment[key] = value;
            }
            var started = new StepProcess(name, candidate, start);
            try
            {
                await started.LaunchAsync(cancellation);
                return started;
            }
            catch (InvalidOperationException) when (port == 0 && attempt < 3)
            {
                // Most likely someone took the port since it was found free.
            }
        }
    }

    /// <summary>Whether a step can be kept to one core here.</summary>
    public static bool CanPin { get; } =
        OperatingSystem.IsLinux() && (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, "taskset")));

    /// <summary>Asks the step to stop, as Ctrl+C does (SIGINT), and waits until it is gone.</summary>
    /// <param name="cancellation">Gives up waiting, and kills the step.</param>
    /// <returns>How long it took to end; zero when it had ended already.</returns>
    /// <remarks>Windows has no SIGINT for another process: there the step is killed.</remarks>
    public async Task<TimeSpan> StopAsync(CancellationToken cancellation = default)
    {
        if (process.HasExited)
        {
            return TimeSpan.Zero;
        }
        var asked = Stopwatch.GetTimestamp();
        if (OperatingSystem.IsWindows())
        {
            Kill();
        }
        else
        {
            SendSignal(process.Id, InterruptOf(process.Id));
        }
        try
        {
            await process.WaitForExitAsync(cancellation);
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
    public void Kill() => ChildProcesses.Kill(process);

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
        process.Dispose();
        await LaunchAsync(cancellation);
    }

    /// <summary>Kills the step if it still runs.</summary>
    public async ValueTask DisposeAsync()
    {
        Kill();
        await output;
        process.Dispose();
    }

    async Task LaunchAsync(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        process = ChildProcesses.Start(start);
        process.StandardInput.Close();
        cpuTime = TimeSpan.Zero;
        var listening = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        output = Task.WhenAll(ReadAsync(process.StandardOutput, listening), ReadAsync(process.StandardError, null));
        try
        {
            if (await Task.WhenAny(listening.Task, output).WaitAsync(cancellation) == output)
            {
                throw new InvalidOperationException($"{Step} ended before it listened on {BaseAddress}:\n{string.Join('\n', Log)}");
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

    /// <summary>The number of SIGINT; of SIGTERM for a process that was started with SIGINT ignored, as a shell script's background jobs are, and all that they start.</summary>
    internal static int InterruptOf(int process)
    {
        const int Sigint = 2, Sigterm = 15;
        var status = $"/proc/{process}/status";
        var ignored = File.Exists(status) ? File.ReadLines(status).FirstOrDefault(line => line.StartsWith("SigIgn:", StringComparison.Ordinal)) : null;
        return ignored is not null && (Convert.ToUInt64(ignored[7..].Trim(), 16) >> (Sigint - 1) & 1) != 0 ? Sigterm : Sigint;
    }

    static string Find(string step) =>
        Repository.FindStep(step) ?? throw new ArgumentException($"There is no step {step}; there are: {string.Join(", ", Repository.Steps())}", nameof(step));

    [DllImport("libc", EntryPoint = "kill")]
    static extern int SendSignal(int process, int signal);
}
