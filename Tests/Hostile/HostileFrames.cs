using System.Text;
using static Tests.RawConnection;

namespace Tests;

/// <summary>WebSocket frames that no browser sends, made up from a seed.</summary>
sealed class HostileFrames(Random random)
{
    const int LongestFrame = 4096;

    readonly HostileText text = new(random);

    /// <summary>One that ends the connection, with the code that it gets.</summary>
    public HostileInput Ending() => random.Next(14) switch
    {
        0 => new("unmasked", Frame(Pick(1, 2, 8, 9), Message("Hello"), masked: false), 1002),
        1 => new("reserved bits", Frame(Pick(1, 8, 9), Hello, reserved: random.Next(1, 8)), 1002),
        2 => new("reserved opcode", Frame(Pick(3, 4, 5, 6, 7, 11, 12, 13, 14, 15), Hello), 1002),
        3 => new("long control frame", Frame(Pick(8, 9, 10), new byte[random.Next(126, 300)]), 1002),
        4 => new("control frame in parts", Frame(Pick(8, 9, 10), Hello, final: false), 1002),
        5 => new("nothing to go on with", Frame(0, Hello, final: random.Next(2) == 0), 1002),
        6 => new("message within a message", [.. Frame(1, Hello, final: false), .. Frame(1, Hello)], 1002),
        7 => new("impossible length", Frame(1, Hello, length: 1UL << 63 | (ulong)random.NextInt64()), 1002),
        8 => new(
            // 1012 to 1014 came to the registry of RFC 6455 later: who sends them breaks nothing.
            "bad close code",
            Close(Pick(random.Next(1000), 1004, 1005, 1006, random.Next(1015, 3000), random.Next(5000, 65536))),
            1002),
        9 => new("half a close code", Frame(8, [3]), 1002),
        10 => new("close reason is not UTF-8", Frame(8, [3, 232, .. Bytes(text.BadUtf8())]), 1002),
        11 => new("not UTF-8", Parts(1, Message(Encoding.Latin1.GetBytes(text.BadUtf8()))), 1007),
        12 => new("binary", Parts(2, text.RandomBytes(random.Next(1, 2000))), 1003),
        _ => new("too large", Parts(1, Bytes(new string(' ', random.Next(LongestFrame + 1, 60_000)))), 1009),
    };

    /// <summary>A proper end, the answer to it, and what must not be read any more.</summary>
    public HostileInput Closing() =>
        new("close", [.. Close(Pick(1000, 1001, 1003, 1009, 3000, 4999)), .. Frame(1, Message("Hello"))], 1000);

    /// <summary>A message that is refused, in one frame or several, with pings between them.</summary>
    public HostileInput Refused()
    {
        var json = random.Next(8) == 0
            ? $"{{\"type\":{(random.Next(2) == 0 ? "\"users\"" : "null")},\"text\":\"Hello\"}}"
            : text.Json(json => $"{{\"type\":\"message\",\"text\":{json}}}");
        var bytes = Encoding.UTF8.GetBytes(json);
        return new("bad message", Parts(1, bytes), bytes.Length <= LongestFrame ? 1008 : 1009);
    }

    static byte[] Hello => "Hello"u8.ToArray();

    /// <summary>
    /// A message in up to four frames, some of them empty, and pings with the payload "Hello" between them.
    /// </summary>
    byte[] Parts(int opcode, byte[] payload)
    {
        List<byte> frames = [];
        var from = 0;
        for (var left = random.Next(4); left >= 0; left--)
        {
            var to = left == 0 ? payload.Length : random.Next(from, payload.Length + 1);
            frames.AddRange(Frame(opcode, payload.AsSpan(from..to), final: left == 0));
            if (left > 0 && random.Next(2) == 0)
            {
                frames.AddRange(Frame(9, Hello));
            }
            (from, opcode) = (to, 0);
        }
        return [.. frames];
    }

    static byte[] Message(string text) => Message(Encoding.UTF8.GetBytes(text));

    static byte[] Message(byte[] text) => [.. "{\"type\":\"message\",\"text\":\""u8, .. text, .. "\"}"u8];

    int Pick(params int[] one) => one[random.Next(one.Length)];
}
