using System.Diagnostics;
using static Tests.RawConnection;

namespace Tests;

/// <summary>Visitors that are too many, too fast, or say what nobody understands: others do not notice.</summary>
public sealed class LoadTests
{
    const string Post = "POST /messages";
    const string Json = "Content-Type: application/json";
    const string Length = "Content-Length";
    const string Chunked = "Transfer-Encoding: chunked";

    /// <summary>What is no HTTP, and the status of its answer.</summary>
    static readonly (int Status, string Request)[] malformed =
    [
        (400, "GET /\r\n\r\n"),
        (400, "GET  / HTTP/1.1\r\n\r\n"),
        (400, "G@T / HTTP/1.1\r\n\r\n"),
        (400, "GET /\0 HTTP/1.1\r\n\r\n"),
        (400, "\x16\x03\x01\x02\r\n\r\n"), // As TLS begins.
        (400, "\xFE\xED\xFA\xCE\r\n\r\n"),
        (505, "GET / HTTP/9.9\r\n\r\n"),
        (400, "GET / HTTP/1.1\r\n\r\n"), // No host.
        (400, Request("GET /", "Host: localhost")), // Two of them.
        (400, "GET / HTTP/1.1\r\nHost: a b\r\n\r\n"),
        (400, Request("GET /", "X")),
        (400, Request("GET /", "X : x")),
        (400, Request("GET /", "X: a\0b")),
        (400, Request("GET /", "X: x\r\n folded")),
        (414, Request($"GET /{new string('x', 10_000)}")),
        (431, Request("GET /", $"X: {new string('x', 40_000)}")),
        (431, Request("GET /", [.. Enumerable.Range(0, 200).Select(i => $"X{i}: x")])),
        (400, Request(Post, Json, $"{Length}: -1")),
        (400, Request(Post, Json, $"{Length}: 99999999999999999999")),
        (400, Request(Post, Json, $"{Length}: 1", $"{Length}: 2")),
        (400, Request(Post, Json, $"{Length}: 6", Chunked) + "0\r\n\r\nGET /stats HTTP/1.1\r\n\r\n"),
        (400, Request(Post, Json, Chunked) + "x\r\n"),
        (400, Request(Post, Json, Chunked) + "ffffffffffffffff\r\n"),
        (400, Request(Post, Json, Chunked) + "1\r\n{}\r\n"),
        (413, Request(Post, Json, $"{Length}: 1000000")),
    ];

    [Theory, Steps(1)]
    public async Task What_is_malformed_is_refused_and_harms_nobody(int number)
    {
        await using var step = await Step.StartAsync(number);
        using var chat = step.Chat();
        await Assert.AllAsync(malformed, async row =>
        {
            using var connection = await OpenAsync(step.Address!);
            await connection.SendAsync(row.Request);
            Assert.StartsWith($"HTTP/1.1 {row.Status} ", await connection.ToEndAsync()); // It ends the connection.
        });
        var said = await chat.SayAsync("Alice", "Hello");
        Assert.Equal([said], await chat.AfterAsync(0));
    }

    /// <summary>
    /// They do not read, and are gone without a word. Who stays is served, and sees a few lists of who is online: 500
    /// names at most, the last one right.
    /// </summary>
    [Theory, Steps(3, 4, 5, 6)]
    public async Task A_crowd_of_500_comes_at_once_and_vanishes(int number)
    {
        await using var step = await Step.StartAsync(number, ("HoldSeconds", "1000"));
        using var chat = step.Chat();
        await using var alice = step.Technique.HasPresence ? await Listener.OpenAsync(step.Chat().As("Alice")) : null;
        await using var bob = step.Technique.HasPresence ? null : chat.Follow("Bob");
        string[] names = [.. Enumerable.Range(0, 510).Select(i => $"Student{i:000}")];
        var started = Stopwatch.GetTimestamp();
        var crowd = await Task.WhenAll(names.Select(name => JoinAsync(step, name, isDeaf: true)));
        await chat.HoldsAsync("connections", 511);
        if (alice is not null)
        {
            AtMostFourASecond(await alice.ShowsAsync(["Alice", .. names[..499]]));
        }
        var said = await chat.SayAsync("Carol", "Can you hear me?");
        Assert.Equal([said], await (alice?.BatchAsync() ?? bob!.ReceivesAsync(1)));

        started = Stopwatch.GetTimestamp();
        Array.ForEach(crowd, visitor => visitor.Dispose());
        await chat.HoldsAsync("connections", 1);
        if (alice is not null)
        {
            AtMostFourASecond(await alice.ShowsAsync("Alice"));
        }

        // And one that was on its way at the start.
        void AtMostFourASecond(int lists) =>
            Assert.InRange(lists, 1, (4 * Stopwatch.GetElapsedTime(started).TotalSeconds) + 2);
    }
}
