extern alias Webhooks;

using System.Diagnostics;
using System.Text.Json;

namespace Tests;

/// <summary>What everybody may see of webhooks: a few lines, now and then, and no secrets.</summary>
[Trait("Step", "6")]
public sealed class WebhookPanelTests
{
    /// <summary>Each line would be ten lines again to every page.</summary>
    [Fact]
    public async Task The_panel_comes_four_times_a_second_at_most_and_the_last_is_right()
    {
        await using var chat = ChatServer.Start();
        await using var peer = await WebhookPeer.StartAsync();
        await using var other = await WebhookPeer.StartAsync();
        await chat.SubscribeAsync(peer.Address);
        await chat.SubscribeAsync(other.Address);
        await using var page = await chat.OpenAsync();
        var started = Stopwatch.GetTimestamp();
        var panels = 0;
        for (var i = 0; i < 60; i++)
        {
            await chat.SayAsync($"Message {i}");
        }
        var last = await chat.SayAsync("The last");
        await using var missed = await WebhookPeer.StartAsync();
        // This subscriber comes after all of them: its line is the last one.
        await Wait.UntilAsync(() => Arrived(peer, last) && Arrived(other, last), "all to be delivered");
        await chat.SubscribeAsync(missed.Address);
        await chat.SayAsync("For all three");
        string[] lines;
        do
        {
            lines = (await page.NextAsync("webhooks")).Deserialize<string[]>()!;
            panels++;
            Assert.InRange(lines.Length, 1, 10);
        }
        while (!lines.Any(line => line.Contains(missed.Authority, StringComparison.Ordinal)));
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        Assert.InRange(panels, 1, seconds * 4 + 2);
        chat.AssertQuietLog();
    }

    /// <summary>Receivers often carry a secret in the path or the query: neither is kept, called or told.</summary>
    [Fact]
    public async Task Of_a_url_only_scheme_host_and_port_count()
    {
        await using var chat = await ChatServer.StartProcessAsync("--RetrySeconds", "0.02");
        await using var peer = await WebhookPeer.StartAsync();
        const string Hidden = "/tell-nobody/hook?token=tell-nobody#tell-nobody";
        await using var subscription = await chat.SubscribeAsync(peer.Address + Hidden);
        var listed = (await subscription.FindAsync())!.Value;
        Assert.Equal(peer.Address, listed.GetProperty("url").GetString());
        await chat.SayAsync("Hello");
        Assert.Equal("/webhook", (await peer.WaitForAsync(1))[0].Path);
        // A failure is told as well as a success.
        peer.Answers.Enqueue(WebhookPeer.Status(500));
        await chat.SayAsync("Hello again");
        var line = "";
        await Wait.UntilAsync(
            async () =>
            {
                line = string.Join('\n', await chat.LinesAsync());
                return line.Contains(" 500 ", StringComparison.Ordinal);
            },
            () => $"no line tells of the failure: {line}");
        Assert.Contains(peer.Authority, line);

        var (_, source) = await chat.FollowAsync(peer.Address + Hidden);
        Assert.Equal([$"http://{chat.Authority}"], peer.Registered.Select(url => new Uri(url).GetLeftPart(
            UriPartial.Authority)));
        // What is refused is not repeated either.
        using var refused = await chat.RegisterAsync("http://tell-nobody.example" + Hidden);
        using var withName = await chat.RegisterAsync($"http://tell-nobody:tell-nobody@{peer.Authority}/");
        Assert.Equal((400, 400), ((int)refused.StatusCode, (int)withName.StatusCode));
        string[] told =
        [
            .. await chat.LinesAsync(), .. chat.Process.Log, source, await chat.Http.GetStringAsync("/webhooks"),
            await refused.Content.ReadAsStringAsync(), await withName.Content.ReadAsStringAsync(),
            await chat.Http.GetStringAsync("/stats"),
        ];
        string[] secrets = ["tell-nobody", "whsec_", subscription.Secret["whsec_".Length..]];
        Assert.All(secrets, secret => Assert.All(told, text => Assert.DoesNotContain(secret, text)));
        // Not even by a member's name.
        Assert.DoesNotContain("secret", await chat.Http.GetStringAsync("/webhooks"));
    }

    /// <summary>Who writes one of them into a log does not write its secret.</summary>
    [Fact]
    public void What_holds_a_secret_does_not_tell_it_as_text()
    {
        // Its types are internal, and so reached by their names.
        var step = typeof(Webhooks::Program).Assembly;
        var source = Activator.CreateInstance(step.GetType("Source", throwOnError: true)!, "localhost", "whsec_secret");
        var subscription = Activator.CreateInstance(
            step.GetType("Subscription", throwOnError: true)!, new Uri("http://localhost"), 0L);
        var created = Activator.CreateInstance(step.GetType("CreatedSubscription", throwOnError: true)!)!;
        created.GetType().GetProperty("Secret")!.SetValue(created, "whsec_secret");
        Assert.All([source, subscription, created], each => Assert.DoesNotContain("whsec_", $"{each}"));
    }

    static bool Arrived(WebhookPeer peer, long id) =>
        peer.Requests.Any(request => request.Messages.Any(message => message.Id == id));
}
