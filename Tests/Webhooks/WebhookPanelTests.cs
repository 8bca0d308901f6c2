using System.Diagnostics;
using System.Text.Json;

namespace Tests;

/// <summary>What everybody may see of webhooks: a few lines, now and then, and no secrets.</summary>
public sealed class WebhookPanelTests
{
    /// <summary>Each line would be ten lines again to every page.</summary>
    [Theory, Steps(6)]
    public async Task The_panel_has_the_newest_ten_lines_four_times_a_second_at_most(int number)
    {
        await using var step = await Step.StartAsync(number);
        using var chat = step.Chat();
        await using var peer = await WebhookPeer.StartAsync();
        var subscription = await WebhookSubscription.StartAsync(step, chat, peer.Address);
        var started = Stopwatch.GetTimestamp();
        await using var page = chat.As("Bob").ReadAsync(0, Until.Token).GetAsyncEnumerator(Until.Token);
        await page.MoveNextAsync(); // It is open.
        for (var i = 1; i <= 60; i++)
        {
            await chat.SayAsync("Alice", $"Message {i}");
            await peer.TakeAsync(i < 60 ? 204 : 500);
            await subscription.AttemptAsync();
        }
        string[] panel = [""];
        var panels = 0;
        while (!panel[^1].Contains(" · 500 · ", StringComparison.Ordinal))
        {
            Assert.True(await page.MoveNextAsync());
            if (page.Current.Type == "webhooks")
            {
                panel = JsonSerializer.Deserialize<string[]>(page.Current.Json)!;
                panels++;
            }
        }
        Assert.InRange(panels, 1, Stopwatch.GetElapsedTime(started).TotalSeconds * 4 + 2);
        var lines = step.Log.Lines.Where(line => line.StartsWith("POST ", StringComparison.Ordinal));
        Assert.Equal(lines.TakeLast(10), panel);
    }

    /// <summary>Others often have a secret in the path or in the query: neither is kept, called or told.</summary>
    [Theory, Steps(6)]
    public async Task Nothing_tells_a_secret(int number)
    {
        await using var step = await Step.StartAsync(number);
        using var chat = step.Chat();
        await using var peer = await WebhookPeer.StartAsync();
        const string Hidden = "/tell-nobody/hook?token=tell-nobody#tell-nobody";
        var subscription = await WebhookSubscription.StartAsync(step, chat, new(peer.Address, Hidden));
        await chat.SayAsync("Alice", "Hello");
        await peer.TakeAsync(500);
        await subscription.AttemptAsync();
        await peer.FollowedByAsync(chat);
        using var refused = await WebhookSubscription.AskAsync(chat, "/sources", "http://x.example" + Hidden);
        string[] told =
        [
            .. step.Log.Lines, await refused.Content.ReadAsStringAsync(Until.Token),
            await chat.Http.GetStringAsync("/webhooks", Until.Token),
            await chat.Http.GetStringAsync("/stats", Until.Token),
        ];
        Assert.Contains($"Subscribed to {peer.Address.Authority}", told);
        foreach (var secret in new[] { "tell-nobody", "secret", "whsec_", subscription.Secret[6..], peer.Secret[6..] })
        {
            Assert.All(told, text => Assert.DoesNotContain(secret, text, StringComparison.OrdinalIgnoreCase));
        }
        // Nor does who writes one of these into a log.
        var created = new CreatedSubscription { Secret = "whsec_" };
        object[] holders = [new Subscription(peer.Address, 0), new Source("", "whsec_"), created];
        Assert.All(holders, holder => Assert.DoesNotContain("whsec_", $"{holder}", StringComparison.Ordinal));
    }
}
