using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Classroom;

namespace Tests;

/// <summary>The real processes: Ctrl+C ends each at once, and a port in use is one clear line.</summary>
public sealed class ShutdownTests
{
    const int Clients = 100;

    [StepTheory, MemberData(nameof(Steps.DifferentServers), MemberType = typeof(Steps))]
    public async Task Ctrl_C_ends_a_step_at_once_with_100_clients_connected(string name)
    {
        await using var step = await StepProcess.StartAsync(name);
        await using var clients = await ConnectAsync(step);
        var took = await step.StopAsync();
        Assert.Equal(0, step.Process.ExitCode);
        StepLog.AssertQuiet(step);
        await clients.EndedAsync();
        // Without the steps' own care it is 30 s; on a machine with nothing else to do it is less than one.
        Assert.True(took <= TimeSpan.FromSeconds(3), $"It took {took.TotalSeconds:0.00} s.");
    }

    [StepTheory, MemberData(nameof(Steps.DifferentServers), MemberType = typeof(Steps))]
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

    /// <summary>A file that is missing is an IOException as well; another port would not help.</summary>
    [Fact, Trait("Step", "1")]
    public async Task What_else_goes_wrong_at_the_start_is_not_taken_for_a_port_in_use()
    {
        var name = Steps.Folder(1);
        var (exitCode, _, error) = await Command.RunAsync(new("dotnet",
            [
                Repository.Program(name, Repository.Configuration), "--urls", "https://127.0.0.1:0",
                "--Kestrel:Certificates:Default:Path", "nowhere.pfx",
            ])
        { WorkingDirectory = Path.Combine(Repository.Root, name) });
        Assert.NotEqual(0, exitCode);
        Assert.Contains("FileNotFoundException", error);
        Assert.Contains("nowhere.pfx", error);
        Assert.DoesNotContain("another port", error);
    }

    static Task<Connected> ConnectAsync(StepProcess step) => Technique.Of(step.Step).Reading switch
    {
        Reading.Reload or Reading.ShortPoll => IdleAsync(step),
        Reading.LongPoll => WaitingAsync(step),
        Reading.WebSocket => SocketsAsync(step),
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
                    $"POST /messages HTTP/1.1\r\nHost: {step.BaseAddress.Authority}\r\nContent-Type: " +
                    $"application/json\r\nContent-Length: 100\r\n\r\n{{"));
                continue;
            }
            await stream.WriteAsync(
                Encoding.ASCII.GetBytes($"GET /chat.js HTTP/1.1\r\nHost: {step.BaseAddress.Authority}\r\n\r\n"));
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
        await ConnectedAsync(step);
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
        await ConnectedAsync(step);
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
        await ConnectedAsync(step);
        return clients;

        static async Task EndAsync(EventStreamConnection stream)
        {
            while (await stream.NextAsync() is not null)
            {
                // A list of users: not asked for.
            }
        }
    }

    static async Task ConnectedAsync(StepProcess step)
    {
        using var http = new HttpClient { BaseAddress = step.BaseAddress };
        await Wait.UntilAsync(
            async () =>
                (await http.GetFromJsonAsync<JsonElement>("/stats")).GetProperty("connections").GetInt32() == Clients,
            $"{Clients} connections");
    }
}
