using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;
using static Tests.RawConnection;

namespace Tests;

/// <summary>04: one connection, both ways, in frames.</summary>
public sealed class WebSocketTests
{
    const string Hello = """{"type":"message","text":"Hello"}""";
    const string Cyrillic = """{"type":"message","text":"Привіт"}""";
    const int Limit = 4096;

    /// <summary>So often each end is tried: the close frame must not race with the end of the connection.</summary>
    const int Times = 20;

    /// <summary>One message, however it is cut.</summary>
    static readonly (string Name, byte[] Frames)[] taken =
    [
        ("byte by byte", Pieces([.. Encoding.Latin1.GetString(Bytes(Cyrillic)).Select(each => $"{each}")])),
        ("its last piece is one byte", Pieces(Hello.PadRight(Limit - 1), " ")),
        ("its last piece is empty", Pieces(Hello.PadRight(Limit), "")),
        ("a ping between two pieces", [.. Frame(Hello[..5], false), .. Frame(9, []), .. Frame(0, Bytes(Hello[5..]))]),
    ];

    /// <summary>What ends the connection, by which code, and what the reason has to say.</summary>
    static readonly (int Code, string Reason, byte[] Frames)[] ends =
    [
        // A close frame is answered with its own code.
        (1000, "", Close(1000)),
        (1000, "", Frame(8, [])),
        (4000, "", Close(4000)),
        (1000, "", [.. Frame(Hello, isFinal: false), .. Close(1000)]), // In the middle of a message.

        (1007, "", Frame(1, [0xC0, 0xAF])), // The protocol is broken: the framework answers.
        (1003, "text", Frame(2, Bytes(Hello))),
        (1009, "4,096", Frame(Hello.PadRight(Limit + 1))),
        (1009, "4,096", Pieces(Hello.PadRight(Limit), " ", "")),
        (1008, "JSON", Frame("Hello")),
        (1008, "JSON", Frame("""{"type":"message","text":5}""")),
        (1008, "type", Frame("null")),
        (1008, "type", Frame("""{"text":"Hello"}""")),
        (1008, "Text", Frame("""{"type":"message"}""")),
        (1008, "Text", Frame("""{"type":"message","text":"Hello\nBob: no"}""")),
        (1008, "Key", Frame($$"""{"type":"message","text":"Hello","key":"{{new string('k', 51)}}"}""")),
    ];

    [Theory, Steps(4)]
    public async Task A_message_is_a_frame_to_all(int number)
    {
        await using var step = await Step.StartAsync(number);
        using var alice = await OpenAsync(step);
        using var bob = await OpenAsync(step);
        Assert.Equal("""{"type":"users","users":["Mallory"]}""", Text(await bob.FrameAsync()));
        await alice.SendAsync(Frame(Cyrillic));
        const string Message = """\{"id":\d+,"user":"Mallory","text":"Привіт","timestamp":"[-0-9T:.]+Z"\}""";
        Assert.Matches(
            $$"""^\{"type":"messages","messages":\[{{Message}}\]\}$""", Text(await bob.FrameAsync()));

        static string Text((int Opcode, byte[] Payload) frame) => Encoding.UTF8.GetString(frame.Payload);
    }

    [Theory, Steps(4)]
    public async Task A_message_is_taken_however_it_is_cut(int number)
    {
        await using var step = await Step.StartAsync(number);
        using var chat = step.Chat();
        await Assert.AllAsync(taken, async row =>
        {
            using var socket = await OpenAsync(step);
            await socket.SendAsync(row.Frames);
            await socket.SendAsync(Close(1000));
            var (opcode, payload) = await socket.ControlFrameAsync();
            if (opcode == 10)
            {
                (opcode, payload) = await socket.ControlFrameAsync();
            }
            Assert.Equal((8, 1000), (opcode, CodeOf(payload)));
        });
        await chat.SayAsync("Alice", "The end");
        Assert.Equal(
            [.. Enumerable.Repeat("Hello", taken.Length - 1), "The end", "Привіт"],
            (await chat.AfterAsync(0)).Select(message => message.Text).Order(StringComparer.Ordinal));
    }

    /// <summary>And nothing of it is stored, nor of what follows it.</summary>
    [Theory, Steps(4)]
    public async Task What_breaks_a_rule_ends_with_a_code_and_a_reason(int number)
    {
        await using var step = await Step.StartAsync(number);
        using var chat = step.Chat();
        var waitedFor = 0;
        await Assert.AllAsync(ends, async row =>
        {
            for (var time = 0; time < Times; time++)
            {
                using var socket = await OpenAsync(step);
                await socket.SendAsync([.. row.Frames, .. Frame(Hello)]);
                var (opcode, payload) = await socket.ControlFrameAsync();
                Assert.Equal((8, row.Code), (opcode, CodeOf(payload)));
                Assert.Contains(row.Reason, Encoding.UTF8.GetString(payload[2..]));
                // It waits a moment for the answer to its close frame: so long it answers a ping. Then it closes.
                await socket.SendAsync([.. Frame(9, []), .. Close(row.Code)]);
                if ((await socket.FrameAsync()).Opcode == 10)
                {
                    Interlocked.Increment(ref waitedFor);
                    Assert.Equal(-1, (await socket.FrameAsync()).Opcode);
                }
            }
        });
        Assert.NotEqual(0, waitedFor);
        await chat.HoldsAsync("connections", 0);
        Assert.Equal(0, await chat.CountAsync("messages"));
    }

    /// <summary>A ping comes after a silence, not before.</summary>
    [Theory, Steps(4)]
    public async Task Who_does_not_answer_a_ping_is_let_go(int number)
    {
        await using var step = await Step.StartAsync(number, ("HeartbeatSeconds", "1"));
        using var chat = step.Chat();
        var opened = Stopwatch.GetTimestamp();
        using var mallory = await OpenAsync(step);
        Assert.Equal(9, (await mallory.ControlFrameAsync()).Opcode);
        Assert.InRange(Stopwatch.GetElapsedTime(opened).TotalSeconds, 0.9, double.MaxValue); // As timers are.
        await chat.HoldsAsync("connections", 0);
    }

    /// <summary>It waits a moment for that, and not for ever.</summary>
    [Theory, Steps(4)]
    public async Task Who_does_not_answer_a_close_frame_is_let_go(int number)
    {
        await using var step = await Step.StartAsync(number);
        using var chat = step.Chat();
        using var socket = await OpenAsync(step);
        await socket.SendAsync(Frame("{"));
        Assert.Equal(1008, CodeOf((await socket.ControlFrameAsync()).Payload));
        Assert.Equal(-1, (await socket.FrameAsync()).Opcode);
        await chat.HoldsAsync("connections", 0);
    }

    /// <summary>The limit of sockets counts by itself: the page is served still.</summary>
    [Theory, Steps(4)]
    public async Task No_more_room_is_503_in_words(int number)
    {
        await using var step = await Step.StartAsync(number, ("Kestrel:Limits:MaxConcurrentUpgradedConnections", "1"));
        using var chat = step.Chat();
        using (await OpenAsync(step))
        {
            using var refused = await JoinAsync(step, "Bob");
            var head = await refused.HeadAsync();
            Assert.StartsWith("HTTP/1.1 503 ", head);
            Assert.Contains("application/problem+json", head);
            Assert.DoesNotContain("Upgrade", head);
            using var page = await chat.Http.GetAsync("/", Until.Token);
            Assert.True(page.IsSuccessStatusCode);
        }
    }

    static async Task<RawConnection> OpenAsync(Step step)
    {
        var socket = await JoinAsync(step, "Mallory");
        Assert.StartsWith("HTTP/1.1 101 ", await socket.HeadAsync());
        return socket;
    }

    // A character is a byte.
    static byte[] Pieces(params string[] pieces) =>
    [
        .. pieces.SelectMany(
            (piece, i) => Frame(i == 0 ? 1 : 0, Encoding.Latin1.GetBytes(piece), isFinal: i == pieces.Length - 1)),
    ];

    static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    static int CodeOf(byte[] close) => close.Length < 2 ? 0 : BinaryPrimitives.ReadUInt16BigEndian(close);
}
