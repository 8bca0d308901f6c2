using System.Diagnostics;

namespace Tests;

/// <summary>05: one open answer that brings each batch as an event.</summary>
public sealed class EventStreamTests
{
    [Theory, Steps(5)]
    public async Task The_stream_begins_at_once_and_is_as_the_format_has_it(int number)
    {
        await using var step = await Step.StartAsync(number, ("HeartbeatSeconds", "1000"));
        using var chat = step.Chat();
        // Nobody has written anything: headers and the first list of users come all the same.
        using var events = await EventBlocks.OpenAsync(chat.Http, "/events?user=Alice");
        Assert.Equal("text/event-stream", events.Answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal(["no"], events.Answer.Headers.GetValues("X-Accel-Buffering")); // Or nginx keeps it back.
        Assert.Equal(["retry: 1000"], await events.NextAsync());
        Assert.Equal(["event: users", "data: [\"Alice\"]"], await events.NextAsync());
        var said = await chat.SayAsync("Alice", "Привіт");
        var lines = await events.NextAsync();
        Assert.Equal([$"id: {said.Id}", "event: messages"], lines[..^1]);
        Assert.Matches(
            """^data: \[\{"id":\d+,"user":"Alice","text":"Привіт","timestamp":"[-0-9T:.]+Z"\}\]$""", lines[^1]);
    }

    [Theory, Steps(5)]
    public async Task A_stream_is_resumed_by_header_or_by_query_and_the_header_counts(int number)
    {
        await using var step = await Step.StartAsync(number);
        using var chat = step.Chat();
        var said = await chat.SayAllAsync("Alice", "One", "Two", "Three");
        var (one, two) = (said[0].Id, said[1].Id);
        (string Query, string? LastEventId, ChatMessage[] Expected)[] rows =
        [
            ($"&after={one}", null, said[1..]),
            ("", $"{two}", said[2..]),
            ("&after=0", $"{two}", said[2..]), // A browser comes back to the address that the page once made.
            ($"&after={two}", "0", said),
            // Junk means from the start: an EventSource that gets an error stops for good.
            ("&after=", null, said),
            ("&after=1.5", null, said),
            ("&after=9223372036854775808", null, said),
            ($"&after={two}", "last", said),
        ];
        foreach (var (query, lastEventId, expected) in rows)
        {
            using var events = await EventBlocks.OpenAsync(chat.Http, $"/events?user=Bob{query}", lastEventId);
            Assert.Equal(expected, await events.NextBatchAsync());
        }
    }

    /// <summary>It has no id: it leaves the cursor where it is.</summary>
    [Theory, Steps(5)]
    public async Task The_heart_beats_while_nothing_happens(int number)
    {
        await using var step = await Step.StartAsync(number, ("HeartbeatSeconds", "0.1"));
        using var chat = step.Chat();
        using var events = await EventBlocks.OpenAsync(chat.Http, "/events?user=Alice");
        for (var beat = 0; beat < 3; beat++)
        {
            Assert.Equal(["event: heartbeat", "data: \"\""], await events.NextAsync("heartbeat"));
        }
    }

    /// <summary>Nobody else notices.</summary>
    [Theory, Steps(5)]
    public async Task Who_does_not_read_is_let_go_after_two_heartbeats(int number)
    {
        await using var step = await Step.StartAsync(number, ("HeartbeatSeconds", "1"));
        using var chat = step.Chat();
        using var mallory = await RawConnection.JoinAsync(step, "Mallory", isDeaf: true);
        await chat.HoldsAsync("connections", 1);
        await using var bob = step.Chat().Follow("Bob");
        await chat.HoldsAsync("connections", 2);
        // 1.5 MB, more than the buffers on the way take.
        var text = new string('€', 500);
        var flooded = Stopwatch.GetTimestamp();
        var said = (await chat.SayAllAsync("Alice", [.. Enumerable.Repeat(text, 900)])).Length;
        var end = Until.TrueAsync(async () =>
        {
            await chat.SayAsync("Alice", "Are you served, Bob?");
            said++;
            Assert.Equal(said, (await bob.ReceivesAsync(said)).Length);
            return await chat.CountAsync("connections") == 1;
        });
        await Until.DoneAsync(end, "one who does not read"); // After some more minutes Kestrel itself ends him.
        Assert.InRange(Stopwatch.GetElapsedTime(flooded).TotalSeconds, 1.9, double.MaxValue); // As timers are.
    }
}
