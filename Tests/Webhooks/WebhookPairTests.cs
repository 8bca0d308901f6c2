using System.Net;
using System.Net.Http.Json;
using Classroom;

namespace Tests;

/// <summary>Two chats that are subscribed to each other are one. At once, again, and a chat to itself.</summary>
[Trait("Step", "6")]
public sealed class WebhookPairTests
{
    [Fact]
    public async Task Two_chats_linked_both_ways_have_each_message_once_and_link_again_after_a_restart()
    {
        const int Each = 200;
        await using var one = ChatServer.Start();
        await using var other = ChatServer.Start();
        await LinkAsync(one, other);
        // Once more is no second subscription, but a new secret.
        await LinkAsync(one, other);
        Assert.Equal((1, 1), (await one.CountAsync(), await other.CountAsync()));

        await Parallel.ForAsync(0, 2 * Each, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, _) =>
            await (i % 2 == 0 ? one : other).SayAsync($"Message {i}", i % 2 == 0 ? "Alice" : "Bob"));
        await Task.WhenAll(
            one.ReadAsync(0, so => so.Count >= 2 * Each), other.ReadAsync(0, so => so.Count >= 2 * Each));
        // Had anything gone round, it would be on its way: this is sent after it, and comes after it.
        var last = await one.SayAsync("Message from Alice, the last", "Alice");
        await other.SayAsync("Message from Bob, the last", "Bob");
        var (first, second) = (
            await one.ReadAsync(0, so => so.Count >= 2 * Each + 2),
            await other.ReadAsync(0, so => so.Count >= 2 * Each + 2));

        var sides = new[] { (first, second, "Alice", other.Authority), (second, first, "Bob", one.Authority) };
        foreach (var (here, there, user, address) in sides)
        {
            Assert.Equal(2 * Each + 2, here.Count);
            Assert.Equal(2 * Each + 2, here.DistinctBy(message => message.Text).Count());
            Assert.Equal(
                Enumerable.Range(0, here.Count).Select(i => here[0].Id + i), here.Select(message => message.Id));
            Assert.All(here, message => Assert.Equal(message.User == user ? null : address, message.Origin));
            // In the order in which they were said there, and with the time.
            Assert.Equal(
                there.Where(message => message.Origin is null).Select(message => (message.Text, message.Timestamp)),
                here.Where(message => message.Origin is not null).Select(message => (message.Text, message.Timestamp)));
        }

        // What a chat knows dies with it: then the two are linked again, and the old subscription to it, if it is still
        // there, doubles nothing.
        await Wait.UntilAsync(
            async () => $"{(await one.SubscriptionsAsync())[0]}".Contains($"_{last}\"", StringComparison.Ordinal),
            "the last message to be delivered, and known to be");
        await other.RestartAsync();
        await LinkAsync(one, other);
        await one.SayAsync("Message after the restart", "Alice");
        await other.SayAsync("Message after the restart", "Bob");
        var heard = await other.ReadAsync(0, so => so.Count >= 2);
        Assert.Equal(["Alice", "Bob"], heard.Select(message => message.User).Order());
        Assert.Equal(one.Authority, Assert.Single(heard, message => message.User == "Alice").Origin);
        Assert.Equal(2 * Each + 4, (await one.ReadAsync(0, so => so.Count >= 2 * Each + 4)).Count);
        one.AssertQuietLog();
        other.AssertQuietLog();
    }

    /// <summary>Of ten requests at once one secret is the last, at both ends: what it signs is taken.</summary>
    [Fact]
    public async Task Ten_who_ask_for_the_same_server_at_once_make_one_subscription_that_works()
    {
        await using var here = ChatServer.Start();
        await using var there = ChatServer.Start(("RetrySeconds", "0.02"));
        for (var round = 0; round < 5; round++)
        {
            var answers = await Task.WhenAll(
                Enumerable.Range(0, 10).Select(_ => here.FollowAsync($"http://{there.Authority}")));
            // One goes through; those that came while it was under way are told so.
            Assert.Contains(answers, answer => answer.Status == HttpStatusCode.Created);
            Assert.All(
                answers,
                answer => Assert.True(answer.Status is HttpStatusCode.Created or HttpStatusCode.Conflict));
            var before = await here.SayAsync("Before");
            await there.SayAsync($"Round {round}");
            var heard = await here.ReadAsync(before, so => so.Count > 0);
            var one = Assert.Single(heard);
            Assert.Equal((round, there.Authority), (int.Parse(one.Text[6..], null), one.Origin));
            await Wait.UntilAsync(async () => await there.CountAsync() == 1, "The new one in the old one's place");
        }
        // No attempt was refused: none was signed with a secret that had been replaced.
        var deliveries = Assert.Single(await there.SubscriptionsAsync()).GetProperty("deliveries");
        Assert.All(
            deliveries.EnumerateArray(), delivery => Assert.Equal("204", delivery.GetProperty("result").GetString()));
        here.AssertQuietLog();
        there.AssertQuietLog();
    }

    /// <summary>Whatever a chat is called, it knows itself: also by a port that is not its own.</summary>
    [Fact]
    public async Task A_chat_does_not_subscribe_to_itself()
    {
        await using var chat = ChatServer.Start();
        await using var wire = await Wire.StartAsync(chat.Address);
        var port = chat.Address.Port;
        string[] urls =
        [
            $"{wire.Address}", $"http://localhost:{wire.Port}", $"http://{chat.Authority}", $"http://localhost:{port}/",
            $"http://LOCALHOST:{port}/", $"http://2130706433:{port}/",
        ];
        foreach (var url in urls)
        {
            var (status, why) = await chat.FollowAsync(url);
            Assert.Equal((url, HttpStatusCode.BadRequest), (url, status));
            Assert.Contains("itself", why);
        }
        Assert.Equal(0, await chat.CountAsync());
        var said = await chat.SayAsync("Once");
        Assert.Equal(said, Assert.Single(await chat.AfterAsync(0)).Id);
        chat.AssertQuietLog();
    }

    /// <summary>A time is the same instant whatever the zones of the two servers, and never in the future.</summary>
    [Fact]
    public async Task A_time_is_an_instant_and_not_in_the_future()
    {
        var process = await StepProcess.StartAsync(
            Steps.Folder(6), environment: new Dictionary<string, string> { ["TZ"] = "Asia/Tokyo" });
        await using var _ = process;
        using var http = new HttpClient { BaseAddress = process.BaseAddress };
        await using var peer = await WebhookPeer.StartAsync();
        using var followed = await http.PostAsJsonAsync("/sources", new { url = peer.Address });
        Assert.Equal(HttpStatusCode.Created, followed.StatusCode);
        (string Sent, string? Stored)[] times =
        [
            ("2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z"),
            ("2026-01-02T03:04:05+02:00", "2026-01-02T01:04:05Z"),
            ("2026-01-02T03:04:05.678-11:30", "2026-01-02T14:34:05.678Z"),
            ("9999-12-31T23:59:59Z", null),
            ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
        ];
        var expected = new List<string?>();
        foreach (var (sent, stored) in times)
        {
            var message = $$"""{"id":1,"user":"Alice","text":"{{sent}}","key":"{{sent}}","timestamp":"{{sent}}"}""";
            var body = $$"""{"type":"messages","data":[{{message}}]}""";
            var delivery = WebhookDelivery.Signed(peer.Secret, body, id: $"msg_{sent}");
            Assert.Equal(HttpStatusCode.NoContent, await delivery.PostAsync(http));
            expected.Add(stored);
        }
        var messages = await KeyedChat.AfterAsync(process.Step, process.BaseAddress);
        Assert.Equal(times.Select(each => each.Sent), messages.Select(message => message.Text));
        foreach (var (message, stored) in messages.Zip(expected))
        {
            if (stored is null)
            {
                var now = DateTimeOffset.UtcNow;
                Assert.InRange(message.Timestamp, now - TimeSpan.FromMinutes(1), now);
            }
            else
            {
                Assert.Equal(DateTimeOffset.Parse(stored, null), message.Timestamp);
            }
        }
    }

    static async Task LinkAsync(ChatServer one, ChatServer other)
    {
        foreach (var (from, to) in new[] { (one, other), (other, one) })
        {
            var (status, body) = await to.FollowAsync($"http://{from.Authority}");
            Assert.True(status == HttpStatusCode.Created, body);
        }
    }
}
