using System.Text.Json;

namespace Tests;

/// <summary>What a chat sends to those who have subscribed to it.</summary>
public sealed class WebhookSenderTests
{
    [Theory, Steps(6)]
    public async Task Deliveries_are_as_the_standard_says_in_order_one_after_the_other_and_not_too_long(int number)
    {
        await using var step = await Step.StartAsync(number, ("RetrySeconds", "0.001"));
        using var chat = step.Chat();
        await chat.SayAsync("Alice", "Before, and so not for the subscriber");
        await using var peer = await WebhookPeer.StartAsync();
        var subscription = await WebhookSubscription.StartAsync(step, chat, peer.Address);
        Assert.Equal(32, Convert.FromBase64String(subscription.Secret["whsec_".Length..]).Length);
        List<ChatMessage> said = [await chat.SayAsync("ВашеІм'я", "Привіт, 👩‍🚀 <b>\"мире\"</b>", "A key")];
        var first = await peer.NextAsync();
        Assert.Equal("application/json", first.Headers["content-type"]);
        var json = JsonElement.Parse(first.Body);
        Assert.Equal(["data", "timestamp", "type"], json.EnumerateObject().Select(member => member.Name).Order());
        Assert.Equal("messages", json.GetProperty("type").GetString());
        Assert.Equal(said[0].Timestamp, json.GetProperty("timestamp").GetDateTimeOffset());
        Assert.Contains("Привіт", $"{json}"); // Readable where it is captured.
        Assert.InRange(first.Timestamp, said[0].Timestamp.ToUnixTimeSeconds(), first.At.ToUnixTimeSeconds());

        // The longest there are, of what takes most bytes in JSON. Nothing is sent before there is an answer.
        foreach (var character in new[] { "\"", "漢", "😀", "\uE000", "😀", "\uFFFE", "😀", "\uE000" })
        {
            var user = Rows.Repeat(character, 48 / character.Length) + "x";
            said.Add(await chat.SayAsync(user, Rows.Repeat(character, 498 / character.Length) + "x"));
        }
        Assert.Equal(1, peer.Requests);
        first.Answer(503, ("Retry-After", "1"));

        // What is tried again is the same, but for the timestamp. A timer may be early by its resolution.
        var second = await peer.TakeAsync(299);
        Assert.Equal(first.Id, second.Id);
        Assert.Equal(first.Body, second.Body);
        Assert.True(first.IsSignedBy(subscription.Secret));
        Assert.InRange(second.Timestamp, first.Timestamp + 1, long.MaxValue);
        Assert.InRange(second.At - first.At, TimeSpan.FromSeconds(0.9), TimeSpan.MaxValue);
        List<PeerRequest> requests = [second];
        while (requests.Sum(request => request.Messages.Length) < said.Count)
        {
            requests.Add(await peer.TakeAsync());
        }
        Assert.Equal(said, requests.SelectMany(request => request.Messages));
        Assert.All(requests, request => Assert.InRange(request.Body.Length, 1, 16 * 1024)); // More is 413 there.
        Assert.All(requests, one => Assert.Equal($"msg_{subscription.Id}_{one.Messages[^1].Id}", one.Id));
        Assert.All(requests, request => Assert.True(request.IsSignedBy(subscription.Secret)));

        await subscription.AttemptAsync();
        var listed = (await subscription.ListedAsync())!.Value;
        Assert.Equal($"http://{peer.Address.Authority}", listed.GetProperty("url").GetString());
        var results = listed.GetProperty("deliveries").EnumerateArray().Take(2).Select(each => (
            $"{each.GetProperty("id")}", $"{each.GetProperty("attempt")}", $"{each.GetProperty("result")}"));
        Assert.Equal([(first.Id, "1", "503"), (first.Id, "2", "299")], results);
    }

    [Theory, Steps(6)]
    public async Task Who_does_not_answer_delays_nobody_and_can_not_set_a_cookie(int number)
    {
        await using var step = await Step.StartAsync(number);
        using var chat = step.Chat();
        await using var page = step.Chat().Follow("Bob");
        await using var silent = await WebhookPeer.StartAsync();
        await using var other = await WebhookPeer.StartAsync();
        await WebhookSubscription.StartAsync(step, chat, silent.Address);
        await WebhookSubscription.StartAsync(step, chat, other.Address);
        for (var i = 0; i < 5; i++)
        {
            var said = await chat.SayAsync("Alice", $"Message {i}");
            var request = await other.TakeAsync(204, ("Set-Cookie", "who=other; Path=/"));
            Assert.Equal([said], request.Messages);
            Assert.DoesNotContain("cookie", request.Headers.Keys);
        }
        await page.ReceivesAsync(5);
        Assert.Equal(1, silent.Requests);
        var late = await silent.TakeAsync();
        Assert.Equal("Message 0", late.Texts);
        Assert.DoesNotContain("cookie", late.Headers.Keys); // To another port of the same host it would go as well.
    }

    [Theory, Steps(6)]
    public async Task Who_subscribes_again_takes_the_place_of_the_old_one_once_something_has_arrived(int number)
    {
        await using var step = await Step.StartAsync(number, ("RetrySeconds", "1000"));
        using var chat = step.Chat();
        await using var peer = await WebhookPeer.StartAsync();
        // Neither of the first two has delivered anything: the newest is enough.
        var never = await WebhookSubscription.StartAsync(step, chat, peer.Address);
        var old = await WebhookSubscription.StartAsync(step, chat, peer.Address);
        Assert.Equal("gone", await never.StateAsync());
        await chat.SayAsync("Alice", "One");
        Assert.True((await peer.TakeAsync()).IsSignedBy(old.Secret));
        Assert.Equal("active", (await old.AttemptAsync()).Next);

        // It could be a stranger who has given this URL: then the server there does not know the secret.
        await chat.HoldsAsync("subscriptions", 1);
        var anew = await WebhookSubscription.StartAsync(step, chat, new(peer.Address, "/another/path"));
        await chat.SayAsync("Alice", "Two");
        PeerRequest[] both = [await peer.NextAsync(), await peer.NextAsync()];
        Assert.Single(both, request => request.IsSignedBy(anew.Secret)).Answer(401);
        Assert.Single(both, request => request.IsSignedBy(old.Secret)).Answer(204);
        await Until.TrueAsync(async () => await anew.StateAsync() == "retrying");
        Assert.Equal("active", await old.StateAsync());

        // It was the server itself, which has lost its secret: the new one goes on where the old one ends.
        Assert.Equal(202, await anew.ResumeAsync());
        Assert.Equal("Two", (await peer.TakeAsync()).Texts);
        await Until.TrueAsync(async () => await old.StateAsync() == "gone");
        Assert.Equal(1, await chat.CountAsync("subscriptions"));
    }

    [Theory, Steps(6)]
    public async Task Deleting_a_subscription_or_stopping_the_chat_ends_whatever_it_is_doing(int number)
    {
        await using var step = await Step.StartAsync(number, ("RetrySeconds", "0.2"));
        using var chat = step.Chat();
        await using var pausing = await WebhookPeer.StartAsync();
        await using var sending = await WebhookPeer.StartAsync();
        var one = await WebhookSubscription.StartAsync(step, chat, pausing.Address);
        var two = await WebhookSubscription.StartAsync(step, chat, sending.Address);
        await chat.SayAsync("Alice", "One");
        await pausing.TakeAsync(503);
        await one.AttemptAsync();
        var cut = await sending.NextAsync();
        foreach (var subscription in new[] { one, two })
        {
            Assert.Equal(204, await subscription.DeleteAsync());
            Assert.Equal((404, 404), (await subscription.DeleteAsync(), await subscription.ResumeAsync()));
        }
        await cut.Gone;
        Assert.Equal(0, await chat.CountAsync("subscriptions"));
        var requests = (pausing.Requests, sending.Requests);

        // To this one it comes again after a longer pause, and to the others no more.
        await using var other = await WebhookPeer.StartAsync();
        await WebhookSubscription.StartAsync(step, chat, other.Address);
        await chat.SayAsync("Alice", "Two");
        await other.TakeAsync(503, ("Retry-After", "1"));
        var delivery = await other.NextAsync();
        Assert.Equal(requests, (pausing.Requests, sending.Requests));

        // What is under way has not failed by that: nothing is told of it.
        var following = WebhookSubscription.AskAsync(chat, "/sources", $"{sending.Address}");
        var subscribing = await sending.NextAsync();
        await step.StopAsync();
        await Task.WhenAll(delivery.Gone, subscribing.Gone);
        await following.ContinueWith(_ => { }, TaskScheduler.Default); // On a loaded machine, too late for an answer.
        string[] attempts = [.. step.Log.Lines.Where(line => line.StartsWith("POST"))];
        Assert.Equal(2, attempts.Length);
        Assert.All(attempts, line => Assert.Contains(" · 503 · ", line));
    }

    [Theory, Steps(6)]
    public async Task There_are_at_most_20_subscriptions(int number)
    {
        await using var step = await Step.StartAsync(number);
        using var chat = step.Chat();
        var urls = Enumerable.Range(1, 30).Select(i => $"http://127.0.0.{i}:9");
        var answers = await Task.WhenAll(urls.Select(url => WebhookSubscription.AskAsync(chat, "/webhooks", url)));
        Assert.Equal(20, answers.Count(answer => (int)answer.StatusCode == 201));
        Assert.Equal(10, answers.Count(answer => (int)answer.StatusCode == 409));
        Assert.Equal(20, await chat.CountAsync("subscriptions"));
    }
}
