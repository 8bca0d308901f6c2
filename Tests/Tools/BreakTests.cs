namespace Tests;

/// <summary>The network that breaks at a key.</summary>
public sealed class BreakTests
{
    [Fact]
    public async Task Each_key_does_what_it_says()
    {
        var port = await Tool.FreePortsAsync();
        var tool = new Tool($"break 6 --port {port}");
        await tool.SaysAsync("q  quits");
        using var chat = new Chat(Technique.Of("6"), new($"http://127.0.0.1:{port}"));
        await using var bob = chat.Follow("Bob");
        await SaysAsync("Before", 1);

        tool.Press('c');
        await tool.SaysAsync("Cut 2 connections. Each page says Reconnecting");
        await LosesAsync(1);
        await SaysAsync("After the cut", 2);
        tool.Press('s');
        await tool.SaysAsync("is up again with an empty chat");
        await LosesAsync(2);
        await SaysAsync("After the restart", 3);
        tool.Press('k');
        await tool.SaysAsync("The server is killed");
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => chat.SayAsync("Alice", "Nobody is there"));
        tool.Press('w');
        await tool.SaysAsync("The server is down.");
        tool.Press('k');
        await tool.SaysAsync("is up again, with an empty chat");
        await SaysAsync("After the death", 4);

        tool.Press('w');
        await tool.SaysAsync("401");
        tool.Press('D');
        await tool.SaysAsync("Everything takes 1 s more");
        tool.Press('d');
        await tool.SaysAsync("No delay any more");
        tool.Press('x');
        await tool.SaysAsync("The keys are c, r, d, f, s, k, w and q.");
        tool.Press('r');
        tool.Press('f');
        await tool.SaysAsync("Frozen for 10 s");
        await tool.SaysAsync("Thawed");
        await tool.SaysAsync("New connections are accepted again.");
        await SaysAsync("After all", 5);
        tool.Press('q');
        Assert.Equal(0, await tool.Ended);

        async Task SaysAsync(string text, int count)
        {
            await chat.SayAsync("Alice", text);
            Assert.Equal(text, (await bob.ReceivesAsync(count))[^1].Text);
        }

        // Until it has felt it, a client would send on a connection that is gone.
        Task LosesAsync(int times) => Until.TrueAsync(() => bob.Losses >= times, $"{times} losses");
    }
}
