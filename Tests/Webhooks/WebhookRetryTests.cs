using System.Net;
using Microsoft.Extensions.Logging.Abstractions;

namespace Tests;

/// <summary>What a chat does next when a delivery fails.</summary>
public sealed class WebhookRetryTests
{
    /// <summary>Nothing waits that long: after each failure, the test asks for the next attempt.</summary>
    const int FirstPause = 120;

    /// <param name="Pause">At least, and at most a quarter more.</param>
    sealed record Row(string What, Action<PeerRequest> Answer, string Result, string Next, int Pause = 0);

    [Theory, Steps(6)]
    public async Task Each_answer_has_its_consequence(int number)
    {
        await using var step = await Step.StartAsync(number, ("RetrySeconds", $"{FirstPause}"));
        using var chat = step.Chat();
        await using var peer = await WebhookPeer.StartAsync();
        await using var elsewhere = await WebhookPeer.StartAsync();
        var subscription = await WebhookSubscription.StartAsync(step, chat, peer.Address);
        foreach (var row in Rows(elsewhere))
        {
            await chat.SayAsync("Alice", row.What);
            var request = await peer.NextAsync();
            Assert.Equal((row.What, "/webhook"), (request.Texts, request.Path));
            row.Answer(request);
            var attempt = await subscription.AttemptAsync();
            Assert.Equal((row.What, "attempt 1", row.Result), (row.What, attempt.Number, attempt.Result));
            Assert.Equal((row.What, row.Next), (row.What, attempt.Pause > 0 ? "again" : attempt.Next));
            if (row.Next == "again")
            {
                Assert.True(IsPause(attempt, row.Pause), $"{row.What}: {attempt}");
                Assert.Equal(202, await subscription.ResumeAsync());
                Assert.Equal((row.What, request.Id), (row.What, (await peer.TakeAsync()).Id));
                Assert.Equal(new("attempt 2", "204", "active"), await subscription.AttemptAsync());
            }
        }
        await Until.TrueAsync(async () => await subscription.StateAsync() == "gone");
        Assert.Equal(0, elsewhere.Requests);
    }

    static IEnumerable<Row> Rows(WebhookPeer elsewhere)
    {
        yield return new("299", request => request.Answer(299), "299", "active");
        const string HalfABody = "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nx"; // It is nobody's business.
        yield return new("Half a body", request => request.AnswerBytes(HalfABody), "200", "active");

        foreach (var status in new[] { 301, 307, 401, 404, 500 })
        {
            (string, string) location = ("Location", $"{elsewhere.Address}webhook");
            yield return Again($"{status}", request => request.Answer(status, location), $"{status}");
        }
        yield return Again("Nothing", request => request.AnswerBytes(""), "ResponseEnded");
        yield return Again("No HTTP", request => request.AnswerBytes("\u001b[31m\r\nEvil\r\n\r\n"), "InvalidResponse");

        yield return After("1000", 1_000);
        yield return After($"{DateTimeOffset.UtcNow.AddSeconds(1_000):R}", 800);
        yield return After("2147483647", 3_600);
        foreach (var header in new[] { "1", "-5", "soon", "Mon, 01 Jan 2001 00:00:00 GMT" })
        {
            yield return After(header, FirstPause);
        }
        yield return new("410", request => request.Answer(410), "410", "ended");

        Row Again(string what, Action<PeerRequest> answer, string result) =>
            new(what, answer, result, "again", FirstPause);

        Row After(string header, int pause) =>
            new(header, request => request.Answer(503, ("Retry-After", header)), "503", "again", pause);
    }

    [Theory, Steps(6)]
    public async Task Each_pause_is_twice_as_long_and_after_seven_attempts_it_waits_for_someone(int number)
    {
        await using var step = await Step.StartAsync(number, ("RetrySeconds", $"{FirstPause}"));
        using var chat = step.Chat();
        await using var peer = await WebhookPeer.StartAsync();
        var subscription = await WebhookSubscription.StartAsync(step, chat, peer.Address);
        await chat.SayAsync("Alice", "One");
        for (var count = 1; count <= 7; count++)
        {
            Assert.Equal("One", (await peer.TakeAsync(500)).Texts);
            var attempt = await subscription.AttemptAsync();
            Assert.Equal(($"attempt {count}", "500"), (attempt.Number, attempt.Result));
            var isPaused = (attempt.Next, await subscription.StateAsync()) == ("paused", "paused");
            Assert.True(count < 7 ? IsPause(attempt, FirstPause * (1 << (count - 1))) : isPaused, $"{attempt}");
            Assert.Equal(202, await subscription.ResumeAsync());
        }
        await peer.TakeAsync(); // Asked to go on, it has the full number again.
        Assert.Equal(new("attempt 1", "204", "active"), await subscription.AttemptAsync());
    }

    [Theory, Steps(6)]
    public async Task A_server_that_is_silent_or_not_there_is_a_failure_like_any_other(int number)
    {
        await using var step = await Step.StartAsync(number, ("RetrySeconds", "1000"), ("TimeoutSeconds", "3"));
        using var chat = step.Chat();
        await using var peer = await WebhookPeer.StartAsync();
        await using var wire = new Wire(peer.Address);
        var subscription = await WebhookSubscription.StartAsync(step, chat, wire.Address);
        await chat.SayAsync("Alice", "One");
        var first = await peer.NextAsync();
        await first.Gone;
        Assert.Equal("no answer in time", (await subscription.AttemptAsync()).Result);
        wire.Refuse();
        // HttpClient itself fails in more than one way while a connection is being made: now and then, in another.
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(202, await subscription.ResumeAsync());
            Assert.NotEqual("active", (await subscription.AttemptAsync()).Next);
        }
        wire.Release();
        await Until.TrueAsync(async () => await subscription.ResumeAsync() == 202 && peer.Requests >= 2);
        Assert.Equal(first.Id, (await peer.TakeAsync()).Id);
    }

    /// <summary>In a chat, the next line for the panel would wake it: so the history has a signal of its own.</summary>
    [Fact, Trait("Step", "6")]
    public async Task What_is_said_just_when_the_sender_looks_at_the_log_is_not_overlooked()
    {
        var log = new MessageLog();
        var signal = new Signal();
        var sent = new SemaphoreSlim(0);
        using var http = new HttpClient(new Receiver(sent));
        var history = new WebhookHistory(new Signal(), NullLogger.Instance, _ => []);
        var sender = new WebhookSender(log, signal, http, history, TimeSpan.FromSeconds(1));
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(Until.Token);
        var subscription = new Subscription(new("http://localhost"), 0);
        var sending = Task.Run(() => sender.Run(subscription, _ => { }, ending.Token), ending.Token);
        for (var i = 0; i < 1_000; i++)
        {
            log.Add(new Message(0, "Alice", $"{i}", DateTime.UtcNow, Key: null), out _);
            signal.Set();
            await Until.DoneAsync(sent.WaitAsync(ending.Token), $"message {i}");
        }
        await ending.CancelAsync();
        await sending;
    }

    /// <summary>Up to a quarter longer, and never longer than an hour.</summary>
    static bool IsPause(Attempt attempt, int least) =>
        attempt.Pause >= Math.Min(least, 3_600) && attempt.Pause <= Math.Min(least * 1.25, 3_600);

    sealed class Receiver(SemaphoreSlim sent) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken token)
        {
            sent.Release();
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.NoContent));
        }
    }
}
