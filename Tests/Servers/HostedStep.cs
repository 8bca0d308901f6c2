extern alias HttpRefresh;
extern alias LongPolling;
extern alias ShortPolling;
extern alias Sse;
extern alias Webhooks;
extern alias WebSockets;

using Classroom;

namespace Tests;

/// <summary>
/// A step in this process, which is as good as a process of its own for all but signals, kills and what it writes, and
/// begins many times as fast. A warning or an error in its log fails the test that disposes of it.
/// </summary>
sealed class HostedStep : IMeasuredServer
{
    static readonly Dictionary<string, Func<(string Key, string Value)[], IStepServer>> servers = new()
    {
        [Steps.Folder(1)] = settings => new StepServer<HttpRefresh::Program>(settings),
        [Steps.Folder(2)] = settings => new StepServer<ShortPolling::Program>(settings),
        [Steps.Folder(3)] = settings => new StepServer<LongPolling::Program>(settings),
        [Steps.Folder(4)] = settings => new StepServer<WebSockets::Program>(settings),
        [Steps.Folder(5)] = settings => new StepServer<Sse::Program>(settings),
        [Steps.Folder(6)] = settings => new StepServer<Webhooks::Program>(settings),
    };

    readonly (string Key, string Value)[] settings;
    IStepServer server;

    HostedStep(string step, int port, (string Key, string Value)[] settings)
    {
        Step = step;
        this.settings = [("urls", $"http://127.0.0.1:{port}"), .. settings];
        server = servers[step](this.settings);
    }

    /// <summary>Its folder.</summary>
    public string Step { get; }

    /// <summary>http://127.0.0.1:PORT, the same after <see cref="RestartAsync"/>.</summary>
    public Uri BaseAddress => server.Address;

    public int Port => BaseAddress.Port;

    /// <summary>None of its own.</summary>
    public TimeSpan CpuTime => TimeSpan.Zero;

    /// <param name="step">Its folder.</param>
    /// <param name="settings">Its settings, as the command line gives them: ("HoldSeconds", "1").</param>
    public static HostedStep Start(string step, params (string Key, string Value)[] settings) =>
        new(step, LoopbackPort.Free(), settings);

    /// <summary>Where only that is measured which crosses the wires.</summary>
    public static Task<IMeasuredServer> StartMeasuredAsync(
        string step, IReadOnlyDictionary<string, string> settings, CancellationToken cancellation) =>
        Task.Run<IMeasuredServer>(
            () => Start(step, [.. settings.Select(setting => (setting.Key, setting.Value))]), cancellation);

    /// <summary>On a certain port.</summary>
    public static HostedStep StartAt(int port, string step) => new(step, port, []);

    /// <inheritdoc cref="IStepServer.AssertQuiet"/>
    public void AssertQuiet() => server.AssertQuiet();

    /// <summary>Ends it as Ctrl+C does: every client is told, as far as its technique can tell.</summary>
    public ValueTask StopAsync() => server.DisposeAsync();

    /// <summary>Starts it again with nothing in its memory, if it was stopped, or stops it before.</summary>
    public async Task RestartAsync()
    {
        await StopAsync();
        server = servers[Step](settings);
    }

    public ValueTask DisposeAsync() => StopAsync();
}
