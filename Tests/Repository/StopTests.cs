using System.Net.Sockets;
using System.Text;

namespace Tests;

/// <summary>
/// The real processes: Ctrl+C ends each, whoever is connected. That no client is cut off is tested with the techniques.
/// </summary>
public sealed class StopTests
{
    const int Clients = 100;

    [Theory, Steps(1, 3, 4, 5, 6)]
    public async Task Ctrl_C_ends_a_step_with_100_clients_and_half_a_request(int number)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no Ctrl+C for another process.");
        var technique = Technique.Of($"{number}");
        // For so long the framework would wait for the other half, were it not for the step's own limit.
        string[] patience = ["--shutdownTimeoutSeconds", "100000"];
        await using var step = await StepProcess.StartAsync(technique, arguments: patience, stop: Until.Token);
        using var chat = new Chat(technique, step.Address!);
        var clients = Task.WhenAll(Enumerable.Range(1, Clients).Select(i => ReadAsync(chat.As($"Student {i}"))));
        // In 01 the connections stay, without a request.
        await (technique.DeliversAtOnce ? chat.HoldsAsync("connections", Clients) : clients);
        using var half = new TcpClient();
        await half.ConnectAsync(step.Address!.Host, step.Address.Port, Until.Token);
        var request = "POST /messages HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n"
            + "Content-Type: application/json\r\n\r\n{";
        await half.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request), Until.Token);

        await Until.DoneAsync(step.StopAsync(Until.Token), "a step that waits for half a request");
        Assert.Equal(0, step.Process.ExitCode);
        var log = step.Log.Where(line => !StepLog.IsOfAMachine(line));
        Assert.All(log, line => Assert.Contains(" info: ", line)); // It complains of nothing.
        await clients;
    }

    static async Task ReadAsync(ChatClient client)
    {
        try
        {
            await foreach (var one in client.ReadAsync(after: 0, Until.Token))
            {
            }
        }
        catch (Exception exception) when (ChatClient.IsLoss(exception))
        {
        }
    }
}
