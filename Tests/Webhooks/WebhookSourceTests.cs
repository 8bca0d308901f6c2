using System.Text;

namespace Tests;

/// <summary>POST /sources: this chat subscribes to another server.</summary>
public sealed class WebhookSourceTests
{
    [Theory, Steps(6)]
    public async Task Who_subscribes_again_takes_the_new_secret_and_the_one_before_and_no_other(int number)
    {
        await using var step = await Step.StartAsync(number);
        using var chat = step.Chat();
        await using var peer = await WebhookPeer.StartAsync();
        List<WebhookDelivery> deliveries = [];
        for (var i = 0; i < 3; i++)
        {
            peer.Secret = WebhookDelivery.NewSecret();
            await peer.FollowedByAsync(chat);
            deliveries.Add(WebhookDelivery.Signed(peer.Secret, """{"type":"messages","data":[]}"""));
        }
        var statuses = await Task.WhenAll(deliveries.Select(delivery => delivery.PostAsync(chat)));
        Assert.Equal([401, 204, 204], statuses);
    }

    [Theory, Steps(6)]
    public async Task A_server_is_asked_once_at_a_time_and_no_longer_than_the_page_waits(int number)
    {
        await using var step = await Step.StartAsync(number);
        using var chat = step.Chat();
        using var page = step.Chat();
        await using var peer = await WebhookPeer.StartAsync();
        await using var other = await WebhookPeer.StartAsync();
        var first = StatusAsync(page, $"{peer.Address}");
        var request = await peer.NextAsync();
        Assert.Equal("/webhooks", request.Path);
        Assert.Equal($$"""{"url":"{{step.Address!.OriginalString}}"}""", Encoding.UTF8.GetString(request.Body));
        Assert.Equal(409, await StatusAsync(chat, $"{peer.Address}any/path"));
        await other.FollowedByAsync(chat);
        page.Dispose(); // It leaves.
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        await request.Gone;
    }

    [Theory, Steps(6)]
    public async Task A_server_that_gives_no_secret_is_502_whatever_else_it_says(int number)
    {
        await using var step = await Step.StartAsync(number);
        await using var hasty = await Step.StartAsync(number, ("TimeoutSeconds", "1"));
        using var chat = step.Chat();
        using var hastyChat = hasty.Chat();
        await using var peer = await WebhookPeer.StartAsync();
        await using var elsewhere = await WebhookPeer.StartAsync();
        await using var wire = new Wire(peer.Address);
        const string Good = """{"id":"1","secret":"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}""";
        string[] bodies =
        [
            "", "null", "{}", "{", new string(' ', 100_000) + Good, Good.Replace("\"id", "\"no"),
            Good.Replace("whsec_", ""), Good.Replace("whsec_", "whsec_%"), Good.Replace("9r8GKYqrTwjUPD8ILPZI", ""),
            Good.Replace("whsec_", "whsec_" + Convert.ToBase64String(new byte[42])),
        ];
        foreach (var body in bodies)
        {
            await IsRefusedAsync(body.Trim(), request => request.AnswerText(201, body));
        }
        await IsRefusedAsync("500", request => request.AnswerText(500, Good));
        await IsRefusedAsync("301", request => request.Answer(301, ("Location", $"{elsewhere.Address}webhooks")));
        await IsRefusedAsync("Cut", _ => wire.Cut());
        Assert.Equal(502, await StatusAsync(hastyChat, $"{peer.Address}")); // Silence.
        wire.Refuse();
        Assert.Equal(502, await StatusAsync(chat, $"{wire.Address}"));
        Assert.Equal(0, elsewhere.Requests);

        async Task IsRefusedAsync(string what, Action<PeerRequest> answer)
        {
            var asking = StatusAsync(chat, $"{wire.Address}");
            answer(await peer.NextAsync());
            Assert.Equal((what, 502), (what, await asking));
        }
    }

    /// <summary>Whatever a chat is called, it knows itself: also by a port that is not its own.</summary>
    [Theory, Steps(6)]
    public async Task A_chat_does_not_subscribe_to_itself(int number)
    {
        await using var step = await Step.StartAsync(number);
        using var chat = step.Chat();
        await using var wire = step.Wire();
        foreach (var url in new[] { $"{wire.Address}", $"{step.Address}", $"http://LOCALHOST:{step.Address!.Port}" })
        {
            using var answer = await WebhookSubscription.AskAsync(chat, "/sources", url);
            Assert.Equal((url, 400), (url, (int)answer.StatusCode));
            Assert.Contains("itself", await answer.Content.ReadAsStringAsync(Until.Token));
        }
        Assert.Equal(0, await chat.CountAsync("subscriptions"));
    }

    /// <summary>Others often have a secret in the path or in the query: neither is kept, called or told.</summary>
    [Theory, Steps(6)]
    public async Task Nothing_tells_a_secret(int number)
    {
        await using var step = await Step.StartAsync(number, ("RetrySeconds", "1000"));
        using var chat = step.Chat();
        await using var peer = await WebhookPeer.StartAsync();
        const string Hidden = "/tell-nobody/hook?token=tell-nobody#tell-nobody";
        var subscription = await WebhookSubscription.StartAsync(step, chat, new(peer.Address, Hidden));
        await chat.SayAsync("Alice", "Hello");
        await peer.TakeAsync(500);
        await subscription.AttemptAsync();
        await peer.FollowedByAsync(chat);
        string[] told = [.. step.Log.Lines, await chat.Http.GetStringAsync("/webhooks", Until.Token)];
        Assert.Contains($"Subscribed to {peer.Address.Authority}", told);
        foreach (var secret in new[] { "tell-nobody", "secret", "whsec_", subscription.Secret[6..], peer.Secret[6..] })
        {
            Assert.All(told, text => Assert.DoesNotContain(secret, text, StringComparison.OrdinalIgnoreCase));
        }
        // Nor does who writes one of these into a log.
        var created = new CreatedSubscription { Secret = "whsec_" };
        object[] holders = [new Subscription(peer.Address, 0), new Source("", "whsec_"), created];
        Assert.All(holders, holder => Assert.DoesNotContain("whsec_", $"{holder}"));
    }

    static async Task<int> StatusAsync(Chat chat, string url)
    {
        using var answer = await WebhookSubscription.AskAsync(chat, "/sources", url);
        return (int)answer.StatusCode;
    }
}
