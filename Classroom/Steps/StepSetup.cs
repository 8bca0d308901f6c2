using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;

namespace Classroom;

/// <summary>
/// What a step needs to be measured: its server, and the wire to it. 06 needs two of each: what is written on one
/// server travels by webhook, through the other one's wire, to where the students read.
/// </summary>
sealed class StepSetup : IAsyncDisposable
{
    readonly List<IMeasuredServer> servers = [];
    readonly List<Wire> wires = [];
    readonly MemoryProbe probe = new();

    StepSetup(Technique technique) => Technique = technique;

    public Technique Technique { get; }

    /// <summary>Where students read, through a wire.</summary>
    public Uri Address => wires[0].Address;

    /// <summary>Where students write, through a wire.</summary>
    public Uri AddressToWrite => wires[^1].Address;

    /// <summary>The wire to where students read. In 06 the webhooks come through it as well.</summary>
    public Wire Wire => wires[0];

    /// <summary>The step that students read from, where nothing else is in its place.</summary>
    public StepProcess Process => (StepProcess)servers[0];

    /// <summary>Where students read, not through a wire.</summary>
    public Uri Server => servers[0].BaseAddress;

    /// <summary>Where students write, not through a wire.</summary>
    public Uri ServerToWrite => servers[^1].BaseAddress;

    /// <summary>Processor time of all servers.</summary>
    public TimeSpan CpuTime => TimeSpan.FromTicks(servers.Sum(server => server.CpuTime.Ticks));

    public long BytesUp => wires.Sum(wire => wire.BytesUp);

    public long BytesDown => wires.Sum(wire => wire.BytesDown);

    /// <summary>Connections that are open through the wires.</summary>
    public int Connections => wires.Sum(wire => wire.Open);

    /// <param name="speed">How many times as fast as usual its pauses are: 1, or 4 for a quarter of each.</param>
    /// <param name="start">Starts each server.</param>
    public static async Task<StepSetup> StartAsync(
        Technique technique,
        double speed,
        IReadOnlyDictionary<string, string> environment,
        StartServer start,
        CancellationToken cancellation)
    {
        var setup = new StepSetup(technique);
        try
        {
            var own = new Dictionary<string, string>(environment)
            {
                ["HoldSeconds"] = FormattableString.Invariant($"{30 / speed}"),
                ["HeartbeatSeconds"] = FormattableString.Invariant($"{15 / speed}"),
            };
            Dictionary<string, string> probed = new([.. own, .. setup.probe.Environment]);
            Dictionary<string, string>[] all = technique.HasWebhooks ? [probed, own] : [probed];
            await setup.AddAsync(all, start, cancellation);
            if (technique.HasWebhooks)
            {
                await setup.SubscribeAsync(cancellation);
            }
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
    /// that.
    /// </summary>
    public async Task SubscribeAsync(CancellationToken cancellation)
    {
        using var http = new HttpClient { BaseAddress = Server };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/sources")
        {
            Content = JsonContent.Create(new { url = ServerToWrite }),
        };
        // The server gives the address at which it was asked, so the webhooks come through the wire.
        request.Headers.Host = Address.Authority;
        using var answer = await http.SendAsync(request, cancellation);
        answer.EnsureSuccessStatusCode();
    }

    async Task AddAsync(
        Dictionary<string, string>[] environments, StartServer start, CancellationToken cancellation)
    {
        // Both at the same time; whichever has started is disposed of, whatever becomes of the other one.
        var starting = environments
            .Select(environment => start(Technique.Folder, environment, cancellation))
            .ToArray();
        Task all = Task.WhenAll(starting);
        await all.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        servers.AddRange(starting.Where(server => server.IsCompletedSuccessfully).Select(server => server.Result));
        await all;
        foreach (var server in servers)
        {
            wires.Add(await Wire.StartAsync(server.BaseAddress));
        }
    }

    /// <summary>Bytes of the objects of the server that is read from, after a garbage collection.</summary>
    public Task<long> MemoryAsync(CancellationToken cancellation) => probe.ReadAsync(cancellation);

    /// <summary>
    /// Waits until the server itself says that so many clients wait or are connected; at once where it does not know
    /// (01, 02).
    /// </summary>
    /// <exception cref="TimeoutException">It has not said so for a minute.</exception>
    public async Task WaitForClientsAsync(int clients, CancellationToken cancellation)
    {
        using var http = new HttpClient { BaseAddress = Server };
        var asked = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(asked) < TimeSpan.FromMinutes(1))
        {
            var stats = await http.GetFromJsonAsync<JsonElement>("/stats", cancellation);
            var isKnown = stats.TryGetProperty("connections", out var connections);
            if (!isKnown || connections.GetInt32() == clients)
            {
                return;
            }
            await Task.Delay(50, cancellation);
        }
        throw new TimeoutException($"{Technique}: not all of {clients} clients stayed connected within a minute; "
            + "this machine is too slow, or too busy, for so many.");
    }

    /// <summary>
    /// Waits until the servers have nothing left to do, such as compiling what has run often; for 3 s at most, since a
    /// server that is polled is never done.
    /// </summary>
    public async Task WaitUntilIdleAsync(CancellationToken cancellation)
    {
        for (var turn = 0; turn < 20; turn++)
        {
            var before = CpuTime;
            await Task.Delay(150, cancellation);
            if (CpuTime - before < TimeSpan.FromMilliseconds(3))
            {
                break;
            }
        }
    }

    /// <summary>Waits until nothing crosses the wires, and no connection comes or goes.</summary>
    public async Task WaitUntilSilentAsync(CancellationToken cancellation)
    {
        var before = (-1L, 0);
        while ((BytesUp + BytesDown, Connections) != before)
        {
            before = (BytesUp + BytesDown, Connections);
            await Task.Delay(80, cancellation);
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
}
