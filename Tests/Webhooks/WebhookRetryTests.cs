using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Tests;

/// <summary>
/// Failures that last: when a chat gives up, how it goes on, and what survives a receiver that comes and goes.
/// </summary>
[Trait("Step", "6")]
public sealed class WebhookRetryTests
{
    [Fact]
    public async Task Six_retries_come_later_and_later_then_it_is_paused_until_someone_asks()
    {
        const double First = 0.01;
        await using var chat = ChatServer.Start(("RetrySeconds", $"{First}"));
        await using var peer = await WebhookPeer.StartAsync();
        await using var subscription = await chat.SubscribeAsync(peer.Address);
        for (var i = 0; i < 14; i++)
        {
            peer.Answers.Enqueue(WebhookPeer.Status(500));
        }
        await chat.SayAsync("One");
        await subscription.WaitForStateAsync(state => state == "paused");
        var requests = peer.Requests;
        Assert.Equal(7, requests.Count);
        for (var retry = 1; retry < 7; retry++)
        {
            // Of the timing, only that it is not too early: a timer's resolution is in the factor.
            var gap = requests[retry].At - requests[retry - 1].At;
            Assert.True(
                gap >= 0.8 * First * Math.Pow(2, retry - 1) * TimeSpan.FromSeconds(1),
                $"Retry {retry} came after {gap}");
        }
        Assert.Equal(
            Enumerable.Range(1, 7),
            (await subscription.WaitForDeliveriesAsync(7)).Select(one => one.GetProperty("attempt").GetInt32()));
        var lines = await chat.LinesAsync(lines => lines.Length == 7);
        var line = Assert.Single(lines, line => line.Contains("paused", StringComparison.Ordinal));
        Assert.Contains(peer.Authority, line);
        Assert.Contains("500", line);

        // Paused: what is said now comes to others, and not here.
        await using var witness = await WebhookPeer.StartAsync();
        await using var other = await chat.SubscribeAsync(witness.Address);
        await chat.SayAsync("Two");
        await witness.WaitForAsync(1);
        Assert.Equal(7, peer.Requests.Count);

        // Asked to go on, it has the full number of attempts again.
        Assert.Equal(HttpStatusCode.Accepted, await subscription.ResumeAsync());
        await peer.WaitForAsync(14);
        await subscription.WaitForStateAsync(state => state == "paused");
        Assert.Equal(HttpStatusCode.Accepted, await subscription.ResumeAsync());
        requests = await peer.WaitForAsync(16);
        Assert.All(requests.Take(15), request => Assert.Equal(requests[0].Id, request.Id));
        Assert.All(requests.Take(15), request => Assert.Equal(requests[0].Body, request.Body));
        Assert.Equal("Two", Assert.Single(requests[15].Messages).Text);
        await subscription.WaitForStateAsync(state => state == "active");
        chat.AssertQuietLog();
    }

    [Fact]
    public async Task A_receiver_that_is_too_slow_gets_it_again()
    {
        await using var chat = ChatServer.Start(("RetrySeconds", "0.02"), ("TimeoutSeconds", "1"));
        await using var peer = await WebhookPeer.StartAsync();
        await using var subscription = await chat.SubscribeAsync(peer.Address);
        peer.Answers.Enqueue(WebhookPeer.Never);
        // The status is in time and says that it has arrived; the body, which never ends, is nobody's business.
        peer.Answers.Enqueue(async context =>
        {
            await context.Response.Body.FlushAsync();
            await WebhookPeer.Never(context);
        });
        await chat.SayAsync("One");
        await peer.WaitForAsync(2);
        await chat.SayAsync("Two");
        var requests = await peer.WaitForAsync(3);
        Assert.Equal(["One", "One", "Two"], requests.SelectMany(one => one.Messages).Select(message => message.Text));
        Assert.Equal(requests[0].Id, requests[1].Id);
    }

    [Fact]
    public async Task Everything_arrives_in_order_and_once_across_a_receiver_that_is_killed_and_started_again()
    {
        const int Messages = 120;
        await using var chat = ChatServer.Start(("RetrySeconds", "0.05"));
        await using var peer = await WebhookPeer.StartAsync();
        await using var subscription = await chat.SubscribeAsync(peer.Address);
        // Half of its life it takes a delivery and cannot say so.
        for (var i = 0; i < Messages; i++)
        {
            peer.Answers.Enqueue((i % 4) switch
            {
                0 => WebhookPeer.Status(500),
                1 => context =>
                {
                    context.Abort();
                    return Task.CompletedTask;
                }
                ,
                _ => WebhookPeer.Status(204),
            });
        }
        var said = new List<long>();
        for (var i = 0; i < Messages; i++)
        {
            if (i % 40 == 20)
            {
                await peer.KillAsync();
            }
            said.Add(await chat.SayAsync($"Message {i}"));
            if (i % 40 == 20)
            {
                await subscription.WaitForStateAsync(state => state != "active");
            }
            if (i % 40 == 39)
            {
                await peer.RestartAsync();
            }
        }
        await subscription.CatchUpAsync();
        await peer.WaitForAsync(all => all.Any(request => request.Messages[^1].Id == said[^1]), "The last message");
        // As the standard tells a receiver to do: what has an id that was seen already is not looked at.
        var distinct = peer.Requests.DistinctBy(request => request.Id).ToArray();
        var arrived = distinct.SelectMany(request => request.Messages).Select(message => message.Id);
        Assert.Equal(said, arrived);
        Assert.All(
            peer.Requests.GroupBy(request => request.Id),
            same => Assert.All(same, request => Assert.Equal(same.First().Body, request.Body)));
        Assert.All(peer.Requests, request => Assert.True(request.SignedBy(subscription.Secret)));
        Assert.True(peer.Requests.Count > distinct.Length, "No fault was felt.");
        chat.AssertQuietLog();
    }

    /// <summary>A fault ends a subscription: the log says why, and it is not listed any more.</summary>
    [Fact]
    public async Task Deliveries_that_end_by_a_fault_say_so()
    {
        // No wait can be that long: it throws.
        await using var chat = await ChatServer.StartProcessAsync("--RetrySeconds", "-5");
        await using var peer = await WebhookPeer.StartAsync();
        peer.Answers.Enqueue(WebhookPeer.Status(500));
        var subscription = await chat.SubscribeAsync(peer.Address);
        await chat.SayAsync("Hello");
        await Wait.UntilAsync(
            () => chat.Process.Log.Any(
                line => line.Contains($" fail: {chat.Process.Step}", StringComparison.Ordinal)
                    && line.Contains($"Deliveries to {peer.Authority} have ended", StringComparison.Ordinal)
                    && line.Contains("ArgumentOutOfRangeException", StringComparison.Ordinal)),
            "the log to say it, and why");
        await subscription.WaitForStateAsync(state => state == "ended");
        Assert.Equal(0, await chat.CountAsync());
    }

    /// <summary>
    /// While a connection is being made, HttpClient lets a SocketException through instead of an HttpRequestException.
    /// </summary>
    [Fact]
    public async Task A_receiver_that_hangs_up_at_once_is_a_failure_like_any_other()
    {
        const int HangUps = 100;
        await using var chat = ChatServer.Start(("RetrySeconds", "0.001"));
        await using var peer = await WebhookPeer.StartAsync();
        await using var subscription = await chat.SubscribeAsync(peer.Address);
        await peer.KillAsync();
        using (var rude = new TcpListener(IPAddress.Loopback, peer.Port))
        {
            rude.Start();
            await chat.SayAsync("Hello");
            using var patience = new CancellationTokenSource(Wait.Patience);
            for (var i = 1; i <= HangUps; i++)
            {
                var accepting = rude.AcceptSocketAsync(patience.Token).AsTask();
                // It gives up after seven attempts, until someone asks.
                while (await Task.WhenAny(accepting, Task.Delay(50)) != accepting)
                {
                    patience.Token.ThrowIfCancellationRequested();
                    await subscription.ResumeAsync();
                }
                (await accepting).Close(timeout: 0); // With a reset.
            }
        }
        await peer.RestartAsync();
        await subscription.ResumeAsync();
        await subscription.CatchUpAsync();
        Assert.Equal("Hello", Assert.Single(peer.Requests[0].Messages).Text);
        chat.AssertQuietLog();
    }

    /// <summary>However long the pauses are set, a subscription lives: no pause is longer than an hour.</summary>
    [Fact]
    public async Task A_first_retry_of_years_comes_within_an_hour_and_stopping_waits_for_no_other_server()
    {
        // And 15 s for an answer.
        await using var chat = await ChatServer.StartProcessAsync("--RetrySeconds", "100000000");
        await using var failing = await WebhookPeer.StartAsync();
        await using var silent = await WebhookPeer.StartAsync();
        await using var idle = await WebhookPeer.StartAsync();
        var waiting = await chat.SubscribeAsync(failing.Address);
        await chat.SubscribeAsync(silent.Address);
        await chat.SubscribeAsync(idle.Address);
        failing.Answers.Enqueue(WebhookPeer.Status(500));
        failing.Answers.Enqueue(WebhookPeer.Status(500));
        silent.Answers.Enqueue(WebhookPeer.Never);
        silent.Registering = WebhookPeer.Never;
        await chat.SayAsync("One");
        await Task.WhenAll(silent.WaitForAsync(1), idle.WaitForAsync(1), waiting.WaitForDeliveriesAsync(1));
        await waiting.WaitForStateAsync(state => state == "retrying");
        Assert.Equal(HttpStatusCode.Accepted, await waiting.ResumeAsync());
        await waiting.WaitForDeliveriesAsync(2);
        // Told only while it waits.
        var next = default(JsonElement);
        await Wait.UntilAsync(
            async () => (await waiting.FindAsync())!.Value.TryGetProperty("nextAttempt", out next),
            "the next attempt to be told");
        Assert.InRange(next.GetDateTimeOffset() - DateTimeOffset.UtcNow, TimeSpan.Zero, TimeSpan.FromHours(1));
        var following = chat.FollowAsync(silent.Address);

        Assert.InRange(await chat.Process.StopAsync(), TimeSpan.Zero, TimeSpan.FromSeconds(3));
        Assert.Equal(0, chat.Process.Process.ExitCode);
        // A delivery that is cut short has not failed: nothing is told of it.
        Assert.DoesNotContain(
            chat.Process.Log,
            line => line.Contains(silent.Authority, StringComparison.Ordinal)
                && line.Contains("attempt", StringComparison.Ordinal));
        chat.AssertQuietLog();
        try
        {
            Assert.Equal(HttpStatusCode.BadGateway, (await following).Status);
        }
        catch (HttpRequestException)
        {
            // A step that stops leaves its clients half a second. On a loaded machine that is too short for an answer.
        }
    }
}
