using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;

namespace Classroom;

/// <summary>
/// What a step needs to be taught: its server, and the wire to it. 06 needs two of each: what is written on one server
/// travels by webhook, through the other one's wire, to where the students read.
/// </summary>
sealed class StepSetup : IAsyncDisposable
{
    readonly List<StepProcess> servers = [];
    readonly List<Wire> wires = [];

    /// <summary>Where students read, through a wire.</summary>
    public Uri Address => wires[0].Address;

    /// <summary>Where students write, through a wire.</summary>
    public Uri AddressToWrite => wires[^1].Address;

    /// <summary>The wire to where students read. In 06 the webhooks come through it as well.</summary>
    public Wire Wire => wires[0];

    /// <summary>The step that students read from.</summary>
    public StepProcess Process => servers[0];

    /// <summary>The server that students read from, not through a wire.</summary>
    public Uri Server => servers[0].BaseAddress;

    /// <summary>The server that students write to, not through a wire.</summary>
    public Uri ServerToWrite => servers[^1].BaseAddress;

    /// <summary>Processor time of all servers.</summary>
    public TimeSpan CpuTime => TimeSpan.FromTicks(servers.Sum(server => server.CpuTime.Ticks));

    /// <summary>Resident memory of all servers.</summary>
    public long ResidentBytes => servers.Sum(server => server.ResidentBytes);

    public long BytesUp => wires.Sum(wire => wire.BytesUp);

    public long BytesDown => wires.Sum(wire => wire.BytesDown);

    public int Connections => wires.Sum(wire => wire.Open);

    public static async Task<StepSetup> StartAsync(string step, CancellationToken cancellation)
    {
        var setup = new StepSetup();
        try
        {
            await setup.AddAsync(step, cancellation);
            if (Technique.Of(step).HasWebhooks)
            {
                await setup.AddAsync(step, cancellation);
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

    async Task AddAsync(string step, CancellationToken cancellation)
    {
        var server = await StepProcess.StartAsync(
            step, environment: StepProcess.MeasuringEnvironment, cancellation: cancellation);
        servers.Add(server);
        wires.Add(await Wire.StartAsync(server.BaseAddress));
    }

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
            using var stats = JsonDocument.Parse(await http.GetByteArrayAsync("/stats", cancellation));
            var connected = ConnectionsIn(stats.RootElement);
            if (connected is null || connected == clients)
            {
                return;
            }
            await Task.Delay(20, cancellation);
        }
        throw new TimeoutException($"{servers[0].Step}: not all of {clients} clients stayed connected within a minute; "
            + "this machine is too slow, or too busy, for so many");
    }

    /// <summary>How many clients the server says it holds; null where it holds none.</summary>
    static int? ConnectionsIn(JsonElement stats) =>
        stats.TryGetProperty("connections", out var connections) ? connections.GetInt32() : null;

    /// <summary>
    /// Waits until the servers have nothing left to do, such as compiling what has run often; for 5 s at most, since a
    /// server that is polled is never done.
    /// </summary>
    /// <returns>The processor time that they used meanwhile.</returns>
    public async Task<TimeSpan> WaitUntilIdleAsync(CancellationToken cancellation)
    {
        var start = CpuTime;
        for (var turn = 0; turn < 20; turn++)
        {
            var before = CpuTime;
            await Task.Delay(250, cancellation);
            if (CpuTime - before < TimeSpan.FromMilliseconds(5))
            {
                break;
            }
        }
        return CpuTime - start;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var wire in wires)
        {
            await wire.DisposeAsync();
        }
        foreach (var server in servers)
        {
            await server.DisposeAsync();
        }
    }
}
