using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Classroom;

namespace Tests;

/// <summary>The real processes: Ctrl+C ends each at once, and a port in use is one clear line.</summary>
public sealed class StoppingTests
{
    const int Clients = 100;

    public static TheoryData<string> Steps => [.. Repository.Steps()];

    [Theory, MemberData(nameof(Steps))]
    public async Task Ctrl_C_ends_a_step_within_a_second_with_100_clients_connected(string name)
    {
        var took = TimeSpan.MaxValue;
        // A busy machine can only make it longer: one time within the second shows what the step does.
        for (var attempt = 1; attempt <= 3 && took > TimeSpan.FromSeconds(1); attempt++)
        {
            await using var step = await StepProcess.StartAsync(name);
            await using var clients = await ConnectAsync(step);
            took = await step.StopAsync();
            Assert.Equal(0, step.Process.ExitCode);
            Assert.DoesNotContain(step.Log, line => !IsCutShort(line) && (line.Contains("Exception", StringComparison.Ordinal) || line.Contains("   at ", StringComparison.Ordinal)));
            await clients.EndedAsync();
        }
        Assert.True(took <= TimeSpan.FromSeconds(1), $"It took {took.TotalSeconds:0.00} s.");
    }

    [Theory, MemberData(nameof(Steps))]
    public async Task A_port_in_use_is_one_clear_line(string name)
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        var (exitCode, output, error) = await Command.RunAsync(new("dotnet",
            [Repository.Program(name, Repository.Configuration), "--urls", $"http://localhost:{port}"])
        { WorkingDirectory = Path.Combine(Repository.Root, name) });
        Assert.Equal((1, ""), (exitCode, output));
        var line = Assert.Single(error.TrimEnd().Split('\n'));
        Assert.Contains($":{port}", line);
        Assert.Contains("--urls", line);
        Assert.DoesNotContain("   at ", line);
    }

    /// <summary>Kestrel's own line about a request whose body was still on its way: a race within Kestrel decides whether it writes it.</summary>
    static bool IsCutShort(string line) =>
        line.Contains("Kestrel[13]", StringComparison.Ordinal) && line.Contains("because the server is shutting down and request processing didn't complete", StringComparison.Ordinal);

    static Task<Connected> ConnectAsync(StepProcess step) => step.Step[..2] switch
    {
        "01" or "02" => IdleAsync(step),
        "03" => WaitingAsync(step),
        "04" => SocketsAsync(step),
        _ => StreamsAsync(step),
    };

    /// <summary>Keep-alive connections without a request, and one whose request never ends.</summary>
    static async Task<Connected> IdleAsync(StepProcess step)
    {
        var clients = new Connected();
        for (var i = 0; i < Clients; i++)
        {
            var tcp = new TcpClient();
            clients.Add(() => tcp.Dispose());
            await tcp.ConnectAsync(IPAddress.Loopback, step.Port);
            var stream = tcp.GetStream();
            if (i == 0)
            {
                await stream.WriteAsync(Encoding.ASCII.GetBytes(
                    $"POST /messages HTTP/1.1\r\nHost: {step.BaseAddress.Authority}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{{"));
                continue;
            }
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET /chat.js HTTP/1.1\r\nHost: {step.BaseAddress.Authority}\r\n\r\n"));
            await stream.ReadExactlyAsync(new byte[1000]).AsTask().WaitAsync(Wait.Patience);
        }
        return clients;
    }

    static async Task<Connected> WaitingAsync(StepProcess step)
    {
        var clients = new Connected();
        for (var i = 0; i < Clients; i++)
        {
            var http = new HttpClient { BaseAddress = step.BaseAddress };
            clients.Add(() => http.Dispose());
            clients.Ends.Add(AnswerAsync(http));
        }
        await StatsAsync(step, "waiting");
        return clients;

        static async Task AnswerAsync(HttpClient http)
        {
            using var answer = await http.GetAsync("/messages?after=0");
            Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        }
    }

    static async Task<Connected> SocketsAsync(StepProcess step)
    {
        var clients = new Connected();
        for (var i = 0; i < Clients; i++)
        {
            var socket = await WebSocketConnection.OpenAsync(step.BaseAddress, $"Student {i}");
            clients.Add(() => socket.Abort());
            // The first one never reads, so it does not answer the close either.
            if (i > 0)
            {
                clients.Ends.Add(ClosedAsync(socket));
            }
        }
        await StatsAsync(step, "connections");
        return clients;

        static async Task ClosedAsync(WebSocketConnection socket) => Assert.Equal(1001, await socket.ClosedAsync());
    }

    static async Task<Connected> StreamsAsync(StepProcess step)
    {
        var clients = new Connected();
        for (var i = 0; i < Clients; i++)
        {
            var stream = await EventStreamConnection.OpenAsync(step.BaseAddress, $"Student {i}");
            clients.Add(() => stream.Abort());
            clients.Ends.Add(EndAsync(stream));
        }
        await StatsAsync(step, "connections");
        return clients;

        static async Task EndAsync(EventStreamConnection stream)
        {
            while (await stream.NextAsync() is not null)
            {
                // A list of users: not asked for.
            }
        }
    }

    static async Task StatsAsync(StepProcess step, string field)
    {
        using var http = new HttpClient { BaseAddress = step.BaseAddress };
        await Wait.UntilAsync(async () => (await http.GetFromJsonAsync<JsonElement>("/stats")).GetProperty(field).GetInt32() == Clients, $"{Clients} {field}");
    }

    /// <summary>The clients of a step, and how it ends for each.</summary>
    sealed class Connected : IAsyncDisposable
    {
        readonly List<Action> closes = [];

        public List<Task> Ends { get; } = [];

        public void Add(Action close) => closes.Add(close);

        /// <summary>Waits until each has been told that it is over.</summary>
        public Task EndedAsync() => Task.WhenAll(Ends).WaitAsync(Wait.Patience);

        public async ValueTask DisposeAsync()
        {
            closes.ForEach(close => close());
            await Task.WhenAll(Ends).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
