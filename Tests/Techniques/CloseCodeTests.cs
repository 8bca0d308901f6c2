using System.Buffers.Binary;
using System.Text;
using static Tests.RawConnection;

namespace Tests;

/// <summary>
/// Whatever ends a socket, its close frame arrives with the reason: always, not most of the time. The end of the
/// connection could overtake it.
/// </summary>
[Trait("Step", "4")]
public sealed class CloseCodeTests(SharedSteps steps) : IClassFixture<SharedSteps>
{
    /// <summary>In a row, so that a race would show itself.</summary>
    const int Times = 200;

    static readonly Dictionary<string, (int Code, byte[] Frame)> ends = new()
    {
        ["close"] = (1000, Close(1000)),
        ["going away"] = (1000, Close(1001)), // As when a tab is closed.
        ["reserved bits"] = (1002, Frame(1, "{}"u8, reserved: 1)),
        ["not masked"] = (1002, Frame(1, "{\"type\":\"message\"}"u8, masked: false)),
        ["opcode"] = (1002, Frame(3, "{}"u8)),
        ["binary"] = (1003, Frame(2, "{}"u8)),
        ["not UTF-8"] = (1007, Frame(1, [0xC0, 0xAF])),
        ["not JSON"] = (1008, Frame(1, "Hello"u8)),
        ["no text"] = (1008, Frame(1, """{"type":"message"}"""u8)),
        ["too big"] = (1009, Frame(1, new byte[4097])),
        ["too big in pieces"] =
            (1009, [.. Frame(1, new byte[4096], final: false), .. Frame(0, new byte[1], final: false)]),
    };

    public static TheoryData<string> Ends => [.. ends.Keys];

    [Theory, MemberData(nameof(Ends))]
    public async Task The_close_code_arrives_200_times_in_a_row(string end)
    {
        var (code, frame) = ends[end];
        var server = steps.Start(Steps.Folder(4));
        for (var i = 0; i < Times; i++)
        {
            using var socket = await OpenSocketAsync(server.Port, "Mallory", 0);
            Assert.True(await socket.SendAsync(frame));
            Assert.Equal((i, code), (i, CodeOf(await socket.ReadFrameAsync(8))));
            // After the handshake of closing, the server closes. A broken protocol it has closed already.
            await socket.SendAsync(Close(code));
            await socket.ReadToEndAsync();
        }
        await KeyedChat.StatsAsync(server.BaseAddress, "connections", 0);
    }

    [Fact]
    public async Task A_refusal_says_why()
    {
        var server = steps.Start(Steps.Folder(4));
        (string Frame, string Reason)[] refusals =
        [
            ("{", "A frame must be JSON."),
            ("[]", "A frame must be JSON."),
            ("null", "The type of a frame must be \"message\"."),
            ("""{"type":"other"}""", "The type of a frame must be \"message\"."),
            ("""{"type":"message"}""", "The Text field is required."),
            ("""{"type":"message","text":" "}""", "The Text field is required."),
            ("""{"type":"message","text":"a\nb"}""", "The Text field must not contain control characters."),
        ];
        foreach (var (frame, reason) in refusals)
        {
            using var socket = await OpenSocketAsync(server.Port, "Mallory", 0);
            await socket.SendAsync(Frame(1, Encoding.UTF8.GetBytes(frame)));
            var close = await socket.ReadFrameAsync(8);
            Assert.Equal((frame, 1008, reason), (frame, CodeOf(close), Encoding.UTF8.GetString(close[2..])));
        }
    }

    /// <summary>It waits a moment for the answer to its close frame, and not for ever.</summary>
    [Fact]
    public async Task One_who_does_not_answer_a_close_is_let_go()
    {
        var server = steps.Start(Steps.Folder(4));
        using var socket = await OpenSocketAsync(server.Port, "Mallory", 0);
        await socket.SendAsync(Frame(1, "{"u8));
        Assert.Equal(1008, CodeOf(await socket.ReadFrameAsync(8)));
        Assert.Empty(await socket.ReadToEndAsync());
        await KeyedChat.StatsAsync(server.BaseAddress, "connections", 0);
    }

    static int CodeOf(byte[] close) => BinaryPrimitives.ReadUInt16BigEndian(close);
}
