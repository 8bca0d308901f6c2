using System.Diagnostics;
using System.IO.Pipes;
using System.Net.Http.Json;
using System.Text.Json;

namespace Classroom;

/// <summary>
/// A step to be measured or raced: its server, and a wire to it. 06 has two of each: what is written on one server
/// travels by webhook, through the other one's wire, to where the students read.
/// </summary>
sealed class StepSetup : IAsyncDisposable
{
    static readonly HttpClient http = new(new SocketsHttpHandler { UseProxy = false });

    readonly string pipe = $"chat-{Guid.NewGuid().ToString("N")[..8]}";
    readonly List<StepProcess> servers = [];
    readonly List<Wire> wires = [];

    StepSetup(Technique technique) => Technique = technique;

    public Technique Technique { get; }

    /// <summary>The server that students read from.</summary>
    public StepProcess Process => servers[0];

    /// <summary>Where students read, not through a wire.</summary>
    public Uri Server => servers[0].Address!;

    /// <summary>Where students write, not through a wire.</summary>
    public Uri ServerToWrite => servers[^1].Address!;

    /// <summary>The wire to where students read. In 06 the webhooks come through it as well.</summary>
    public Wire Wire => wires[0];

    /// <summary>The wire to where students write.</summary>
    public Wire WireToWrite => wires[^1];

    /// <summary>Processor time of all servers.</summary>
    public TimeSpan CpuTime => TimeSpan.FromTicks(servers.Sum(server => ProcessorClock.Read(server.Process).Ticks));

    public long BytesUp => wires.Sum(wire => wire.BytesUp);

    public long BytesDown => wires.Sum(wire => wire.BytesDown);

    /// <summary>Connections that are open through the wires.</summary>
    public int Connections => wires.Sum(wire => wire.Open);

    /// <param name="technique">The step, which is built already.</param>
    /// <param name="speed">How many times as fast as usual its pauses are: 1, or 4 for a quarter of each.</param>
    /// <param name="isTimed">The processor's time counts: see <see cref="EnvironmentOf"/>.</param>
    /// <param name="stop">Gives up.</param>
    public static async Task<StepSetup> StartAsync(
        Technique technique, double speed = 1, bool isTimed = false, CancellationToken stop = default)
    {
        var setup = new StepSetup(technique);
        try
        {
            var environment = setup.EnvironmentOf(speed, isTimed);
            setup.servers.Add(await StepProcess.StartAsync(technique, environment: environment, stop: stop));
            if (technique.HasWebhooks)
            {
                environment.Remove(StartupHook.PipeVariable); // Of the two, the memory of the first is of interest.
                setup.servers.Add(await StepProcess.StartAsync(technique, environment: environment, stop: stop));
            }
            setup.wires.AddRange(setup.servers.Select(server => new Wire(() => server.Address)));
            await setup.SubscribeAsync(stop);
            return setup;
        }
        catch
        {
            await setup.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// 06: where students read, subscribes to where they write; once more after it was restarted, as it has forgotten
    /// that. Elsewhere nothing.
    /// </summary>
    public async Task SubscribeAsync(CancellationToken stop)
    {
        const int MostAttempts = 5; // On a machine that is very busy, the other server may answer too late.
        for (var attempt = 1; Technique.HasWebhooks; attempt++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Server, "/sources"))
            {
                Content = JsonContent.Create(new { url = ServerToWrite }),
            };
            // The server gives the address at which it was asked, so the webhooks come through the wire.
            request.Headers.Host = Wire.Address.Authority;
            using var answer = await http.SendAsync(request, stop);
            if (answer.IsSuccessStatusCode)
            {
                break;
            }
            if (attempt == MostAttempts)
            {
                throw new InvalidOperationException($"{Technique} did not subscribe: {answer.StatusCode}.");
            }
        }
    }

    /// <summary>Bytes of the objects of the server that is read from, after a garbage collection.</summary>
    public async Task<long> MemoryAsync(CancellationToken stop)
    {
        await using var stream = new NamedPipeClientStream(".", pipe, PipeDirection.InOut, PipeOptions.Asynchronous);
        await stream.ConnectAsync(stop);
        var bytes = new byte[sizeof(long)];
        await stream.ReadExactlyAsync(bytes, stop);
        return BitConverter.ToInt64(bytes);
    }

    /// <summary>
    /// Waits until the server that is read from says itself that so many clients wait or are connected; at once where
    /// it does not know (01, 02).
    /// </summary>
    public async Task WaitForClientsAsync(int clients, CancellationToken stop)
    {
        while (true)
        {
            var stats = await http.GetFromJsonAsync<JsonElement>(new Uri(Server, "/stats"), stop);
            if (!stats.TryGetProperty("connections", out var connections) || connections.GetInt32() == clients)
            {
                return;
            }
            await Task.Delay(50, stop);
        }
    }

    /// <summary>
    /// Waits until the servers have nothing left to do, such as compiling what has run often; for 3 s at most, since a
    /// server that is polled is never done.
    /// </summary>
    public async Task WaitUntilIdleAsync(CancellationToken stop)
    {
        for (var turn = 0; turn < 20; turn++)
        {
            var before = CpuTime;
            await Task.Delay(150, stop);
            if (CpuTime - before < TimeSpan.FromMilliseconds(3))
            {
                break;
            }
        }
    }

    /// <summary>Waits until nothing crosses the wires, and no connection comes or goes.</summary>
    public async Task WaitUntilSilentAsync(CancellationToken stop)
    {
        var before = (-1L, 0);
        while ((BytesUp + BytesDown, Connections) != before)
        {
            before = (BytesUp + BytesDown, Connections);
            await Task.Delay(80, stop);
        }
    }

    public async ValueTask DisposeAsync()
    {
        IAsyncDisposable[] all = [.. wires, .. servers];
        foreach (var one in all)
        {
            await one.DisposeAsync();
        }
    }

    /// <summary>
    /// One heap is what a small server has. A thread that has nothing to do sleeps at once: by default it looks out for
    /// work for a while, which costs a server that has little to do more than its clients cost. Where the processor's
    /// time counts, all code is compiled at its best when it first runs: by default the runtime does so in the
    /// background, and a message costs less and less for as long as anyone measures.
    /// </summary>
    Dictionary<string, string> EnvironmentOf(double speed, bool isTimed)
    {
        var environment = new Dictionary<string, string>
        {
            ["HoldSeconds"] = FormattableString.Invariant($"{30 / speed}"),
            ["HeartbeatSeconds"] = FormattableString.Invariant($"{15 / speed}"),
            ["DOTNET_gcServer"] = "0",
            ["DOTNET_ThreadPool_UnfairSemaphoreSpinLimit"] = "0",
            ["DOTNET_STARTUP_HOOKS"] = typeof(StartupHook).Assembly.Location,
            [StartupHook.PipeVariable] = pipe,
        };
        if (isTimed)
        {
            environment["DOTNET_TieredCompilation"] = "0";
            environment["DOTNET_ReadyToRun"] = "0";
        }
        return environment;
    }
}
