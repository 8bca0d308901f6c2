using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Classroom;

/// <summary>
/// A step to be measured or raced: its server, and a wire to it. 06 has two servers: what is written on one travels by
/// webhook, through the wire as well, to where the students read.
/// </summary>
sealed class StepSetup : IAsyncDisposable
{
    static readonly HttpClient http = new(new SocketsHttpHandler { UseProxy = false });

    readonly List<StepProcess> servers = [];

    StepSetup(Technique technique)
    {
        Technique = technique;
        Wire = new(() => Process.Address);
    }

    public Technique Technique { get; }

    /// <summary>The server that students read from.</summary>
    public StepProcess Process => servers[0];

    /// <summary>Where students read, not through a wire.</summary>
    public Uri Server => servers[0].Address!;

    /// <summary>Where students write, not through a wire.</summary>
    public Uri ServerToWrite => servers[^1].Address!;

    /// <summary>The wire to where students read. In 06 the webhooks come through it as well.</summary>
    public Wire Wire { get; }

    /// <summary>Processor time of all servers.</summary>
    public TimeSpan CpuTime => TimeSpan.FromTicks(servers.Sum(server => ProcessorClock.Read(server.Process).Ticks));

    /// <summary>All that was counted up to now, of these and at the servers.</summary>
    public Count Count(IReadOnlyCollection<Student> students) => new(
        students.Sum(student => student.Requests),
        students.Sum(student => student.Answers),
        students.Sum(student => student.EmptyAnswers),
        students.Sum(student => student.Events),
        students.Sum(student => student.Duplicates),
        Wire.BytesUp,
        Wire.BytesDown,
        CpuTime,
        Stopwatch.GetElapsedTime(0));

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
            var environment = EnvironmentOf(technique, speed, isTimed);
            for (var server = 0; server < (technique.HasWebhooks ? 2 : 1); server++)
            {
                setup.servers.Add(await StepProcess.StartAsync(technique, environment: environment, stop: stop));
            }
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
        while (Technique.HasWebhooks)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Server, "/sources"))
            {
                Content = JsonContent.Create(new { url = ServerToWrite }),
            };
            // The server gives the address at which it was asked, so the webhooks come through the wire.
            request.Headers.Host = Wire.Address.Authority;
            using var answer = await http.SendAsync(request, stop);
            if (answer.StatusCode != HttpStatusCode.BadGateway)
            {
                answer.EnsureSuccessStatusCode();
                break;
            }
            // On a machine that is very busy, the other server may answer too late.
        }
    }

    /// <summary>Bytes of the objects of the server that is read from, after a garbage collection.</summary>
    public async Task<long> MemoryAsync(CancellationToken stop)
    {
        var before = Answers().Length;
        await Process.Process.StandardInput.WriteLineAsync();
        while (Answers().Length == before)
        {
            await Task.Delay(10, stop);
        }
        return long.Parse(Answers()[^1][StartupHook.Answer.Length..]);

        string[] Answers() => [.. Process.Log.Where(line => line.StartsWith(StartupHook.Answer))];
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

    /// <summary>Waits until nothing crosses the wire, and no connection comes or goes.</summary>
    public async Task WaitUntilSilentAsync(CancellationToken stop)
    {
        var before = (-1L, 0);
        while ((Wire.BytesUp + Wire.BytesDown, Wire.Open) != before)
        {
            before = (Wire.BytesUp + Wire.BytesDown, Wire.Open);
            await Task.Delay(80, stop);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Wire.DisposeAsync();
        foreach (var server in servers)
        {
            await server.DisposeAsync();
        }
    }

    /// <summary>
    /// One heap is what a small server has. A thread that has nothing to do sleeps at once: by default it looks out for
    /// work for a while, which costs a server that has little to do more than its clients cost. Where the processor's
    /// time counts, all code is compiled at its best when it first runs: by default the runtime does so in the
    /// background, and a message costs less and less for as long as anyone measures.
    /// </summary>
    static Dictionary<string, string> EnvironmentOf(Technique technique, double speed, bool isTimed)
    {
        var heartbeat = technique.Reading == Reading.WebSocket ? 30 : 15;
        var environment = new Dictionary<string, string>
        {
            ["HoldSeconds"] = FormattableString.Invariant($"{30 / speed}"),
            ["HeartbeatSeconds"] = FormattableString.Invariant($"{heartbeat / speed}"),
            ["DOTNET_gcServer"] = "0",
            ["DOTNET_ThreadPool_UnfairSemaphoreSpinLimit"] = "0",
            ["DOTNET_STARTUP_HOOKS"] = typeof(StartupHook).Assembly.Location,
        };
        if (isTimed)
        {
            environment["DOTNET_TieredCompilation"] = "0";
            environment["DOTNET_ReadyToRun"] = "0";
        }
        return environment;
    }
}
