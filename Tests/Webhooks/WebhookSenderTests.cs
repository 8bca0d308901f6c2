using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Tests;

/// <summary>What a chat sends to those who have subscribed to it, and what it does when that fails.</summary>
[Trait("Step", "6")]
public sealed class WebhookSenderTests(WebhookSenderTests.Fixture fixture) : IClassFixture<WebhookSenderTests.Fixture>
{
    public sealed class Fixture : IAsyncLifetime
    {
        internal ChatServer Chat { get; private set; } = null!;

        public async Task InitializeAsync() =>
            Chat = await ChatServer.StartProcessAsync("--RetrySeconds", "0.02");

        public async Task DisposeAsync() => await Chat.DisposeAsync();
    }

    ChatServer Chat => fixture.Chat;

    [Fact]
    public async Task A_delivery_has_the_headers_the_signature_and_the_body_of_the_standard()
    {
        await Chat.SayAsync("Before");
        await using var peer = await WebhookPeer.StartAsync();
        await using var subscription = await Chat.SubscribeAsync(peer.Address);
        Assert.InRange(
            Convert.FromBase64String(Regex.Match(subscription.Secret, "^whsec_(.*)$").Groups[1].Value).Length, 24, 64);

        var id = await Chat.SayAsync("Привіт, 👩‍🚀 <b>\"мире\"</b>", "ВашеІм'я");
        var request = (await peer.WaitForAsync(1))[0];
        Assert.Equal("/webhook", request.Path);
        Assert.Equal("application/json", request.Headers["Content-Type"].Split(';')[0]);
        Assert.Equal($"{request.Body.Length}", request.Headers["Content-Length"]);
        Assert.Equal($"msg_{subscription.Id}_{id}", request.Id);
        Assert.Matches("^v1,[A-Za-z0-9+/]{43}=$", request.Headers["webhook-signature"]);
        Assert.True(request.SignedBy(subscription.Secret));
        Assert.InRange(request.At.ToUnixTimeSeconds() - long.Parse(request.Timestamp, null), 0, 30);

        Assert.Equal(
            ["data", "timestamp", "type"], request.Json.EnumerateObject().Select(member => member.Name).Order());
        Assert.Equal("messages", request.Json.GetProperty("type").GetString());
        var message = Assert.Single(request.Messages);
        Assert.Equal((id, "ВашеІм'я", "Привіт, 👩‍🚀 <b>\"мире\"</b>"), (message.Id, message.User, message.Text));
        Assert.Equal(message.Timestamp, request.Json.GetProperty("timestamp").GetDateTimeOffset());
        Assert.Equal(TimeSpan.Zero, message.Timestamp.Offset);
        // readable where it is captured
        Assert.Contains("Привіт", Encoding.UTF8.GetString(request.Body), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_starts_after_the_newest_message_and_goes_on_in_order_one_batch_at_a_time()
    {
        await Chat.SayAsync("Before");
        await using var peer = await WebhookPeer.StartAsync();
        await using var subscription = await Chat.SubscribeAsync(peer.Address);
        var release = new TaskCompletionSource();
        peer.Answers.Enqueue(_ => release.Task.WaitAsync(Wait.Patience));
        List<long> said = [await Chat.SayAsync("First")];
        await peer.WaitForAsync(1);
        // The largest there are, in what takes most bytes as JSON.
        foreach (var text in new[] { "\"", "\\", "漢", "😀", "\uE000", "\uFFFE", "<", "é" })
        {
            said.Add(
                await Chat.SayAsync(
                    string.Concat(Enumerable.Repeat(text, 500 / text.Length)),
                    string.Concat(Enumerable.Repeat(text, 48 / text.Length)) + "x"));
        }
        Assert.Single(peer.Requests); // and no more, before it is answered
        release.SetResult();
        var requests = await peer.WaitForAsync(all => all.Sum(one => one.Messages.Count) >= said.Count, "All messages");
        Assert.Equal(said, requests.SelectMany(one => one.Messages).Select(message => message.Id));
        Assert.All(requests, one => Assert.InRange(one.Messages.Count, 1, 4));
        // or the other server answers 413
        Assert.All(requests, one => Assert.InRange(one.Body.Length, 1, 16 * 1024 - 1));
        Assert.All(requests, one => Assert.Equal($"msg_{subscription.Id}_{one.Messages[^1].Id}", one.Id));
        Assert.All(requests, one => Assert.True(one.SignedBy(subscription.Secret)));
    }

    [Fact]
    public async Task A_retry_has_the_same_id_and_body_and_a_new_timestamp()
    {
        await using var peer = await WebhookPeer.StartAsync();
        await using var subscription = await Chat.SubscribeAsync(peer.Address);
        peer.Answers.Enqueue(WebhookPeer.Status(503, ("Retry-After", "1")));
        peer.Answers.Enqueue(WebhookPeer.Status(400));
        await Chat.SayAsync("One");
        await peer.WaitForAsync(1);
        var second = await Chat.SayAsync("Two"); // waits for its turn, and does not join the batch of the first
        var requests = await peer.WaitForAsync(4);
        Assert.All(requests.Take(3), request => Assert.Equal(requests[0].Id, request.Id));
        Assert.All(requests.Take(3), request => Assert.Equal(requests[0].Body, request.Body));
        Assert.All(requests, request => Assert.True(request.SignedBy(subscription.Secret)));
        Assert.Equal([second], requests[3].Messages.Select(message => message.Id));
        // Retry-After is honoured; a timer is never early by more than its resolution.
        Assert.True(requests[1].At - requests[0].At >= TimeSpan.FromSeconds(0.9), $"{requests[1].At - requests[0].At}");
        Assert.True(long.Parse(requests[1].Timestamp, null) > long.Parse(requests[0].Timestamp, null));
    }

    public static TheoryData<string, double, double> HonouredTimes => new()
    {
        { "1000", 999, 1_001 },
        { DateTimeOffset.UtcNow.AddSeconds(1_000).ToString("R"), 900, 1_001 },
        { "2147483647", 3_599, 3_601 },
        { "Fri, 31 Dec 9999 23:59:59 GMT", 3_599, 3_601 },
    };

    [Theory, MemberData(nameof(HonouredTimes), DisableDiscoveryEnumeration = true)]
    public async Task Retry_After_may_be_seconds_or_a_date_and_is_kept_within_an_hour(
        string header, double least, double most)
    {
        await using var peer = await WebhookPeer.StartAsync();
        await using var subscription = await Chat.SubscribeAsync(peer.Address);
        peer.Answers.Enqueue(WebhookPeer.Status(503, ("Retry-After", header)));
        await Chat.SayAsync(header);
        await subscription.WaitForStateAsync(state => state == "retrying");
        var next = (await subscription.FindAsync())!.Value.GetProperty("nextAttempt").GetDateTimeOffset();
        Assert.InRange((next - DateTimeOffset.UtcNow).TotalSeconds, least, most);
        // Whoever does not want to wait that long asks for it.
        Assert.Equal(HttpStatusCode.Accepted, await subscription.ResumeAsync());
        await peer.WaitForAsync(2);
        await subscription.WaitForStateAsync(state => state == "active");
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-5")]
    [InlineData("99999999999999999999")]
    [InlineData("soon")]
    [InlineData("Mon, 01 Jan 0001 00:00:00 GMT")]
    public async Task Retry_After_that_makes_no_sense_is_as_if_it_were_not_there(string header)
    {
        await using var peer = await WebhookPeer.StartAsync();
        await using var subscription = await Chat.SubscribeAsync(peer.Address);
        peer.Answers.Enqueue(WebhookPeer.Status(503, ("Retry-After", header)));
        await Chat.SayAsync(header);
        await peer.WaitForAsync(2);
        await subscription.WaitForStateAsync(state => state == "active");
    }

    [Fact]
    public async Task To_resume_what_has_not_failed_sends_nothing_again()
    {
        await using var peer = await WebhookPeer.StartAsync();
        await using var subscription = await Chat.SubscribeAsync(peer.Address);
        Assert.Equal(HttpStatusCode.Accepted, await subscription.ResumeAsync());
        var release = new TaskCompletionSource();
        peer.Answers.Enqueue(_ => release.Task.WaitAsync(Wait.Patience));
        await Chat.SayAsync("One");
        await peer.WaitForAsync(1);
        for (var i = 0; i < 10; i++)
        {
            // It is on its way already.
            Assert.Equal(HttpStatusCode.Accepted, await subscription.ResumeAsync());
        }
        release.SetResult();
        await subscription.WaitForStateAsync(state => state == "active");
        Assert.Equal(HttpStatusCode.Accepted, await subscription.ResumeAsync());
        await Chat.SayAsync("Two");
        var requests = await peer.WaitForAsync(all => all[^1].Messages[^1].Text == "Two", "The next message");
        Assert.Equal(["One", "Two"], requests.SelectMany(one => one.Messages).Select(message => message.Text));

        var unknown = subscription with { Id = "msg_unknown" };
        Assert.Equal(HttpStatusCode.NotFound, await unknown.ResumeAsync());
        Assert.Equal(HttpStatusCode.NotFound, await unknown.DeleteAsync());
    }

    [Fact]
    public async Task Who_subscribes_again_gets_a_new_secret_and_what_has_not_arrived_yet()
    {
        await using var peer = await WebhookPeer.StartAsync();
        var others = await Chat.CountAsync();
        var old = await Chat.SubscribeAsync(peer.Address);
        await Chat.SayAsync("Arrives, and comes no second time");
        await peer.WaitForAsync(1);
        peer.Answers.Enqueue(WebhookPeer.Status(503, ("Retry-After", "3000")));
        await Chat.SayAsync("One");
        await old.WaitForStateAsync(state => state == "retrying");
        await using var renewed = await Chat.SubscribeAsync($"{peer.Address}/another/path");
        Assert.NotEqual((old.Id, old.Secret), (renewed.Id, renewed.Secret));
        await Chat.SayAsync("Two");
        var requests = await peer.WaitForAsync(all => all[^1].Messages[^1].Text == "Two", "The next message");
        Assert.Equal(["One", "Two"], requests.Skip(2).SelectMany(one => one.Messages).Select(message => message.Text));
        Assert.All(requests.Skip(2), request => Assert.True(request.SignedBy(renewed.Secret)));
        // Once something has arrived, it is sure that the peer knows the new secret.
        await old.WaitForEndAsync();
        Assert.Equal(others + 1, await Chat.CountAsync());
    }

    [Fact]
    public async Task Asking_and_deleting_at_the_same_time_does_no_harm()
    {
        await using var peer = await WebhookPeer.StartAsync();
        var others = await Chat.CountAsync();
        for (var round = 0; round < 10; round++)
        {
            await using var subscription = await Chat.SubscribeAsync(peer.Address);
            await Chat.SayAsync("One");
            var asked = Enumerable.Range(0, 10).Select(_ => subscription.ResumeAsync());
            var deleted = Enumerable.Range(0, 3).Select(_ => subscription.DeleteAsync()).ToArray();
            Assert.All(
                await Task.WhenAll(asked),
                status => Assert.Contains(status, new[] { HttpStatusCode.Accepted, HttpStatusCode.NotFound }));
            Assert.All(
                await Task.WhenAll(deleted),
                status => Assert.Contains(status, new[] { HttpStatusCode.NoContent, HttpStatusCode.NotFound }));
        }
        Assert.Equal(others, await Chat.CountAsync());
        await AssertNothingMoreAsync();
        Chat.AssertQuietLog();
    }

    [Fact]
    public async Task Gone_ends_the_subscription()
    {
        await using var peer = await WebhookPeer.StartAsync();
        await using var subscription = await Chat.SubscribeAsync(peer.Address);
        var others = await Chat.CountAsync() - 1;
        peer.Answers.Enqueue(WebhookPeer.Status(410));
        await Chat.SayAsync("One");
        await subscription.WaitForEndAsync();
        Assert.Equal(others, await Chat.CountAsync());
        Assert.Equal(HttpStatusCode.NotFound, await subscription.ResumeAsync());
        Assert.Equal(HttpStatusCode.NotFound, await subscription.DeleteAsync());
        await AssertNothingMoreAsync(peer);
    }

    [Fact]
    public async Task A_redirect_is_a_failure_and_is_not_followed()
    {
        await using var peer = await WebhookPeer.StartAsync();
        await using var elsewhere = await WebhookPeer.StartAsync();
        await using var subscription = await Chat.SubscribeAsync(peer.Address);
        int[] redirects = [301, 302, 303, 307, 308];
        foreach (var status in redirects)
        {
            peer.Answers.Enqueue(
                WebhookPeer.Status(status, ("Location", $"{(status % 2 == 0 ? elsewhere : peer).Address}/elsewhere")));
        }
        await Chat.SayAsync("One");
        var requests = await peer.WaitForAsync(redirects.Length + 1);
        Assert.All(requests, request => Assert.Equal("/webhook", request.Path));
        Assert.All(requests, request => Assert.Equal(requests[0].Id, request.Id));
        Assert.Empty(elsewhere.Requests);
    }

    [Fact]
    public async Task Nothing_but_2xx_is_a_success_and_every_2xx_is()
    {
        await using var peer = await WebhookPeer.StartAsync();
        await using var subscription = await Chat.SubscribeAsync(peer.Address);
        int[] failures = [304, 404, 401, 429, 599];
        foreach (var status in failures)
        {
            peer.Answers.Enqueue(WebhookPeer.Status(status));
        }
        await Chat.SayAsync("One");
        await peer.WaitForAsync(failures.Length + 1);
        foreach (var status in new[] { 200, 201, 202, 299 })
        {
            peer.Answers.Enqueue(WebhookPeer.Status(status));
            await subscription.WaitForStateAsync(state => state == "active");
            await Chat.SayAsync($"{status}");
            await peer.WaitForAsync(all => all[^1].Messages[^1].Text == $"{status}", $"{status}");
        }
        // What the list tells of it.
        var deliveries = await subscription.WaitForDeliveriesAsync(failures.Length + 5);
        Assert.Equal(peer.Address, (await subscription.FindAsync())!.Value.GetProperty("url").GetString());
        Assert.Equal(
            peer.Requests.Select(request => request.Id), deliveries.Select(one => one.GetProperty("id").GetString()));
        Assert.Equal(
            ["304", "404", "401", "429", "599", "204", "200", "201", "202", "299"],
            deliveries.Select(one => one.GetProperty("result").GetString()));
        Assert.Equal([1, 2, 3, 4, 5, 6, 1, 1, 1, 1], deliveries.Select(one => one.GetProperty("attempt").GetInt32()));
        Assert.All(deliveries, one => Assert.InRange(one.GetProperty("milliseconds").GetInt64(), 0, 30_000));
    }

    [Fact]
    public async Task A_subscriber_that_hangs_or_is_dead_delays_neither_another_nor_the_chat()
    {
        await using var hanging = await WebhookPeer.StartAsync();
        await using var dead = await WebhookPeer.StartAsync();
        await using var alive = await WebhookPeer.StartAsync();
        await dead.KillAsync();
        await using var one = await Chat.SubscribeAsync(hanging.Address);
        await using var two = await Chat.SubscribeAsync(dead.Address);
        await using var three = await Chat.SubscribeAsync(alive.Address);
        for (var i = 0; i < 7; i++)
        {
            hanging.Answers.Enqueue(WebhookPeer.Never);
        }
        var before = await Chat.SayAsync("Before");
        await hanging.WaitForAsync(1);
        for (var i = 0; i < 20; i++)
        {
            await Chat.SayAsync($"Message {i}");
        }
        var requests = await alive.WaitForAsync(all => all.Sum(one => one.Messages.Count) == 21, "Everything");
        Assert.Equal(
            ["Before", .. Enumerable.Range(0, 20).Select(i => $"Message {i}")],
            requests.SelectMany(one => one.Messages).Select(message => message.Text));
        Assert.Equal(20, (await Chat.AfterAsync(before)).Count);
        Assert.Equal("active", await three.StateAsync());
        // has not answered yet
        Assert.Single(hanging.Requests.SelectMany(request => request.Messages).DistinctBy(message => message.Id));
    }

    [Fact]
    public async Task Deleting_a_subscription_stops_it_whatever_it_is_doing()
    {
        await using var idle = await WebhookPeer.StartAsync();
        await using var waiting = await WebhookPeer.StartAsync();
        await using var sending = await WebhookPeer.StartAsync();
        var release = new TaskCompletionSource();
        waiting.Answers.Enqueue(WebhookPeer.Status(503, ("Retry-After", "1")));
        sending.Answers.Enqueue(_ => release.Task.WaitAsync(Wait.Patience));
        await using var later = await WebhookPeer.StartAsync();
        later.Answers.Enqueue(WebhookPeer.Status(503, ("Retry-After", "2")));
        await using var witness = await Chat.SubscribeAsync(later.Address);
        var others = await Chat.CountAsync();
        var one = await Chat.SubscribeAsync(idle.Address);
        var two = await Chat.SubscribeAsync(waiting.Address);
        var three = await Chat.SubscribeAsync(sending.Address);
        await Chat.SayAsync("One");
        await idle.WaitForAsync(1);
        await two.WaitForStateAsync(state => state == "retrying");
        await sending.WaitForAsync(1);
        foreach (var subscription in new[] { one, two, three })
        {
            Assert.Equal(HttpStatusCode.NoContent, await subscription.DeleteAsync());
            Assert.Equal(HttpStatusCode.NotFound, await subscription.DeleteAsync());
        }
        Assert.Equal(others, await Chat.CountAsync());
        release.SetResult();
        // The one that waited would have been sent to again before this one is.
        await later.WaitForAsync(2);
        await AssertNothingMoreAsync(idle, waiting, sending);
        Assert.Equal([1, 1, 1], new[] { idle, waiting, sending }.Select(peer => peer.Requests.Count));
    }

    [Fact]
    public async Task There_are_at_most_20_subscriptions()
    {
        var free = 20 - await Chat.CountAsync();
        var answers = await Task.WhenAll(
            Enumerable.Range(1, 30).Select(i => Chat.RegisterAsync($"http://127.0.0.{i}:9")));
        var created = answers.Where(answer => answer.StatusCode == HttpStatusCode.Created).ToList();
        Assert.Equal(free, created.Count);
        Assert.All(answers.Except(created), answer => Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode));
        Assert.Equal(20, await Chat.CountAsync());
        var subscriptions = new List<WebhookSubscription>();
        foreach (var answer in created)
        {
            var said = JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync());
            subscriptions.Add(new(Chat, said.GetProperty("id").GetString()!, said.GetProperty("secret").GetString()!));
        }
        Assert.Equal(free, subscriptions.Select(subscription => subscription.Secret).Distinct().Count());
        // One that takes the place of another, or of one that has ended, is not one too many.
        var taken = (await subscriptions[1].FindAsync())!.Value.GetProperty("url").GetString();
        await using var again = await Chat.SubscribeAsync(taken!);
        Assert.Equal(HttpStatusCode.NoContent, await subscriptions[0].DeleteAsync());
        await using var peer = await WebhookPeer.StartAsync();
        await using var next = await Chat.SubscribeAsync(peer.Address);
        Assert.Equal(20, await Chat.CountAsync());
        foreach (var subscription in subscriptions)
        {
            await subscription.DisposeAsync();
        }
    }

    [Fact]
    public async Task One_subscriber_can_not_set_a_cookie_for_another()
    {
        await using var one = await WebhookPeer.StartAsync();
        await using var other = await WebhookPeer.StartAsync();
        one.Answers.Enqueue(WebhookPeer.Status(204, ("Set-Cookie", "who=one; Path=/")));
        await using (await Chat.SubscribeAsync(one.Address))
        {
            await Chat.SayAsync("One");
            await one.WaitForAsync(1);
            await Chat.SayAsync("Two");
            Assert.DoesNotContain("Cookie", (await one.WaitForAsync(2))[1].Headers.Keys);
        }
        await using var subscription = await Chat.SubscribeAsync(other.Address);
        await Chat.SayAsync("Three");
        Assert.DoesNotContain("Cookie", (await other.WaitForAsync(1))[0].Headers.Keys);
    }

    [Fact]
    public async Task What_is_no_HTTP_is_a_failure_like_any_other_and_can_not_forge_a_line_of_the_log()
    {
        var evil = new string('x', 5_000);
        byte[][] answers =
        [
            [], [.. Enumerable.Range(0, 256).Select(i => (byte)i)],
            Encoding.Latin1.GetBytes($"HTTP/1.1 \u001b[31mEvil\u0007 {evil}\r\n\r\n"),
            Encoding.Latin1.GetBytes($"HTTP/1.1 200 OK\r\nEvil\u001b[31m\u0085{evil}\r\n\r\n"),
            "HTTP/1.1 999 What\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray(),
        ];
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var ending = new CancellationTokenSource();
        var asked = 0;
        var serving = Task.Run(async () =>
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync(ending.Token);
                var buffer = new byte[64 * 1024];
                var read = 0;
                // the end of the body
                while (!Encoding.Latin1.GetString(buffer, 0, read).Contains("]}", StringComparison.Ordinal))
                {
                    var more = await client.GetStream().ReadAsync(buffer.AsMemory(read), ending.Token);
                    Assert.NotEqual(0, more);
                    read += more;
                }
                var answer = asked < answers.Length
                    ? answers[asked]
                    : "HTTP/1.1 204 Fine\r\nConnection: close\r\n\r\n"u8.ToArray();
                asked++;
                await client.GetStream().WriteAsync(answer, ending.Token);
            }
        });
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        // A path that would be a line of its own, too.
        await using (var subscription = await Chat.SubscribeAsync($"http://127.0.0.1:{port}/\u001b[31m%0d%0aX:%20y"))
        {
            await Chat.SayAsync("One");
            await subscription.WaitForStateAsync(state => state == "retrying");
            await subscription.WaitForStateAsync(state => state is "active" or "paused");
            Assert.Equal(answers.Length + 1, asked);
            Assert.Equal("active", await subscription.StateAsync());
            Assert.All(
                await subscription.WaitForDeliveriesAsync(answers.Length + 1),
                one => Assert.InRange(one.GetProperty("result").GetString()!.Length, 1, 200));
            var lines = await Chat.LinesAsync(lines => lines.Count(IsAboutIt) == answers.Length + 1);
            var logged = Chat.Process.Log.Where(IsAboutIt);
            Assert.Equal(answers.Length + 1, logged.Count());
            Assert.All(lines.Concat(logged), line =>
            {
                Assert.DoesNotContain(line, char.IsControl);
                Assert.InRange(line.Length, 1, 500);
            });
            Assert.DoesNotContain(Chat.Process.Log, line => line.StartsWith("X: y", StringComparison.Ordinal));
        }

        bool IsAboutIt(string line) => line.Contains($":{port} ", StringComparison.Ordinal);

        Chat.AssertQuietLog();
        await ending.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => serving);
        listener.Stop();
    }

    /// <summary>Nothing of what is said now comes to them, while it does to a new subscriber.</summary>
    async Task AssertNothingMoreAsync(params WebhookPeer[] peers)
    {
        var counts = peers.Select(peer => peer.Requests.Count).ToList();
        await using var witness = await WebhookPeer.StartAsync();
        await using var subscription = await Chat.SubscribeAsync(witness.Address);
        await Chat.SayAsync("To the witness");
        await witness.WaitForAsync(1);
        Assert.Equal(counts, peers.Select(peer => peer.Requests.Count));
    }
}
