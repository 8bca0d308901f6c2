using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Classroom;

namespace Tests;

/// <summary>Two chats that subscribe to one another, or try to: at once, again, and a chat to itself.</summary>
[Trait("Step", "6")]
public sealed class WebhookPairTests
{
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

    /// <summary>A new subscription of the same server takes the place of the old one, and leaves nothing out.</summary>
    [Fact]
    public async Task One_who_subscribes_again_gets_what_has_not_arrived_yet()
    {
        await using var chat = ChatServer.Start(("RetrySeconds", "60"));
        await using var peer = await WebhookPeer.StartAsync();
        await using var first = await chat.SubscribeAsync(peer.Address);
        await chat.SayAsync("Arrives");
        await peer.WaitForAsync(1);
        peer.Answers.Enqueue(WebhookPeer.Status(500));
        var missed = await chat.SayAsync("Does not arrive");
        await peer.WaitForAsync(2);
        await first.WaitForStateAsync(state => state == "retrying");

        await using var second = await chat.SubscribeAsync($"{peer.Address}/other/path");
        Assert.NotEqual((first.Id, first.Secret), (second.Id, second.Secret));
        var again = (await peer.WaitForAsync(3))[2];
        // Only now is it sure that the peer knows the new secret.
        await first.WaitForStateAsync(state => state == "ended");
        Assert.Equal(1, await chat.CountAsync());
        Assert.Equal(missed, Assert.Single(again.Messages).Id);
        Assert.True(again.SignedBy(second.Secret));
        // It had arrived: it comes no second time.
        Assert.DoesNotContain(peer.Requests.Skip(1), request => request.Messages.Any(each => each.Text == "Arrives"));
    }

    /// <summary>Whatever a chat is called, it knows itself: also by a port that is not its own.</summary>
    [Fact]
    public async Task A_chat_does_not_subscribe_to_itself_over_a_proxy()
    {
        await using var chat = ChatServer.Start();
        await using var wire = await Wire.StartAsync(chat.Address);
        foreach (var url in new[] { $"{wire.Address}", $"http://localhost:{wire.Port}", $"http://{chat.Authority}" })
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

    /// <summary>A delivery that Ctrl+C cuts short has not failed: nothing is told of it.</summary>
    [Fact]
    public async Task A_delivery_that_is_cut_short_by_Ctrl_C_is_not_told_as_a_failure()
    {
        await using var chat = await ChatServer.StartProcessAsync();
        await using var peer = await WebhookPeer.StartAsync();
        peer.Answers.Enqueue(WebhookPeer.Never);
        await using var subscription = await chat.SubscribeAsync(peer.Address);
        await chat.SayAsync("Hello");
        await peer.WaitForAsync(1);
        var took = await chat.Process.StopAsync();
        Assert.True(took < TimeSpan.FromSeconds(3), $"It took {took.TotalSeconds:0.0} s.");
        Assert.DoesNotContain(chat.Process.Log, line => line.Contains("attempt", StringComparison.Ordinal));
        chat.AssertQuietLog();
    }

    /// <summary>However long the pauses are set, a subscription lives: no pause is longer than an hour.</summary>
    [Fact]
    public async Task Pauses_of_years_do_not_end_deliveries()
    {
        await using var chat = ChatServer.Start(("RetrySeconds", "100000000"));
        await using var peer = await WebhookPeer.StartAsync();
        for (var i = 0; i < 6; i++)
        {
            peer.Answers.Enqueue(WebhookPeer.Status(500, ("Retry-After", "999999999")));
        }
        await using var subscription = await chat.SubscribeAsync(peer.Address);
        await chat.SayAsync("Hello");
        for (var attempt = 1; attempt <= 6; attempt++)
        {
            await peer.WaitForAsync(attempt);
            // Told only while it waits: not yet, if the answer to this attempt is still on its way.
            var next = default(JsonElement);
            await Wait.UntilAsync(
                async () => (await subscription.FindAsync())!.Value.TryGetProperty("nextAttempt", out next),
                "the next attempt to be told");
            Assert.InRange(next.GetDateTimeOffset() - DateTimeOffset.UtcNow, TimeSpan.Zero, TimeSpan.FromHours(1));
            using var resumed = await chat.Http.PostAsync($"/webhooks/{subscription.Id}/resume", null);
            Assert.Equal(HttpStatusCode.Accepted, resumed.StatusCode);
        }
        await peer.WaitForAsync(7);
        await subscription.WaitForStateAsync(state => state == "active");
        chat.AssertQuietLog();
    }

    /// <summary>The same message by two deliveries is stored once: its key is its author's, or its id there.</summary>
    [Fact]
    public async Task A_message_that_comes_by_two_deliveries_is_stored_once()
    {
        await using var chat = ChatServer.Start();
        await using var peer = await WebhookPeer.StartAsync();
        Assert.Equal(HttpStatusCode.Created, (await chat.FollowAsync(peer.Address)).Status);
        string[] messages =
        [
            """{"id":1,"user":"Alice","text":"With a key","timestamp":"2026-01-02T03:04:05Z","key":"a"}""",
            """{"id":2,"user":"Alice","text":"Without","timestamp":"2026-01-02T03:04:05Z"}""",
            """{"id":3,"user":"Alice","text":"Without","timestamp":"2026-01-02T03:04:05Z"}""",
        ];
        var body = $$"""{"type":"messages","data":[{{string.Join(',', messages)}}]}""";
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(
                HttpStatusCode.NoContent,
                await WebhookDelivery.Signed(peer.Secret, body, id: $"msg_{i}").PostAsync(chat));
        }
        Assert.Equal(["With a key", "Without", "Without"], (await chat.AfterAsync(0)).Select(each => each.Text));
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
            await PostAsync(http, WebhookDelivery.Signed(peer.Secret, body, id: $"msg_{sent}"));
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

    static async Task PostAsync(HttpClient http, WebhookDelivery delivery)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/webhook")
        {
            Content = new ByteArrayContent(delivery.Body),
            Headers =
            {
                { "webhook-id", delivery.Id },
                { "webhook-timestamp", delivery.Timestamp },
                { "webhook-signature", delivery.Signature },
            },
        };
        using var answer = await http.SendAsync(request);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
    }
}
