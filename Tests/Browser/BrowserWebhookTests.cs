namespace Tests;

/// <summary>The panel by which a person subscribes one server to another.</summary>
[Collection("Browser")]
public sealed class BrowserWebhookTests(Browser browser)
{
    const string Tells = "document.getElementById(arguments[0]).textContent.includes(arguments[1])";

    [Theory, Steps(6)]
    public async Task What_is_said_on_another_server_appears_once_and_says_where_from(int number)
    {
        await using var step = await Step.StartAsync(number);
        await using var other = await Step.StartAsync(number);
        await using var alice = await browser.OpenAsync(step.Address!, "Alice");
        await using var bob = await browser.OpenAsync(other.Address!, "Bob");
        await SubscribeAsync(alice, "http://example.com/");
        await alice.IsAsync(Tells, "not-subscribed", "Not subscribed: ");
        Assert.Equal("http://example.com/", await alice.ReadAsync<string>("document.activeElement.value"));
        foreach (var (window, server) in new[] { (alice, other.Address!), (bob, step.Address!) })
        {
            await SubscribeAsync(window, $"{server}");
            await window.IsAsync(Tells, "webhooks", $"Subscribed to {server.Authority}");
            await window.IsAsync("document.activeElement.value === ''");
            await window.ClickAsync("#text");
        }
        await alice.SayAsync("Hello Bob, over there!");
        await bob.ShowsAsync("Hello Bob, over there!");
        await bob.SayAsync("Hello Alice! Yours came by webhook.");
        await alice.ShowsAsync("Hello Bob, over there!", "Hello Alice! Yours came by webhook.");
        await bob.IsAsync(Tells, "webhooks", "attempt 1 · 204");
        var rows = await bob.RowsAsync();
        Assert.Equal([("Alice", false), ("Bob", true)], rows.Select(row => (row.User, row.IsMine)));
        Assert.EndsWith($" · from {step.Address!.Authority}", rows[0].Time);
        Assert.DoesNotContain("from", rows[1].Time);
    }

    static async Task SubscribeAsync(Window window, string url)
    {
        await window.ClickAsync("#url");
        await window.RunAsync("document.activeElement.select()");
        await window.TypeAsync(url);
        await window.PressAsync("Enter");
    }
}
