using System.Text;
using Classroom;
using static Tests.RawConnection;

namespace Tests;

/// <summary>Requests that no step may serve, made up from a seed.</summary>
sealed class HostileRequests
{
    static readonly string[] badRequestLines =
    [
        "GET", "GET /", "/", "GET  / HTTP/1.1", "G@T / HTTP/1.1", "GET / HTTP/1.1 x", "GET /\0 HTTP/1.1",
        "GET /\xE9 HTTP/1.1", "\x16\x03\x01\x02", "GET / HTTP/1.1\rX",
    ];

    static readonly string[] badHeaders =
    [
        "X", ": x", "X : x", " X: x", "X\0: x", "X: a\0b", "X: a\rb", "X: \xFF\xFE", "X: \xC0\xAF", "X Y: x",
        "X: x\r\n folded",
    ];

    static readonly string[] badHosts =
    [
        "", "Host: localhost\r\nHost: localhost\r\n", "Host: a b\r\n", "Host: localhost:x\r\n", "Host: [::1\r\n",
        "Host: http://localhost\r\n", "Host: a@localhost\r\n",
    ];

    static readonly string[] badLengths =
    [
        "Content-Length: -1", "Content-Length: 99999999999999999999", "Content-Length: x",
        "Content-Length: 1\r\nContent-Length: 2", "Content-Length: 1, 2", "Content-Length: 0x10",
        "Transfer-Encoding: xchunked",
    ];

    static readonly string[] badEncodings =
    [
        "Transfer-Encoding: chunked, chunked", "Transfer-Encoding: gzip, chunked",
        "Transfer-Encoding: chunked, identity",
    ];

    static readonly string[] badChunks =
    [
        "x\r\n", "-1\r\n", "ffffffffffffffff\r\n", "80000000\r\n", "0x1\r\n{\r\n", "1\r\n{}\r\n", "\r\n", "1 2\r\n",
    ];

    static readonly string[] absentPaths =
    [
        "Program.cs", "appsettings.json", "..%2fProgram.cs", "%c0%ae%c0%ae/x", "%ff", "index.html", "bin/Debug",
        "stats/x",
    ];

    static readonly string[] otherMethods = ["PUT", "DELETE", "PATCH", "TRACE", "OPTIONS", "HEAD", "BREW"];

    static readonly string[] presentPaths = ["/", "/chat.js", "/stats"];

    static readonly string[] anyPaths = ["/", "/stats", "/messages", "/ws?user=a", "/events?user=a"];

    static readonly string[] forgedHosts =
    [
        "evil.example", "localhost.evil.example", "127.0.0.2", "localhost.", "0.0.0.0", "[::2]", "a.localhost",
    ];

    static readonly string[] badCursors =
    [
        "", "x", "1e3", "1.0", "0x1", "99999999999999999999", "%00", "%D9%A1", "1&after=2", "NaN",
    ];

    static readonly string[] badSocketCursors = ["", "x", "99999999999999999999", "1e3"];

    static readonly string[] badUsers =
    [
        "", "user", "user=", "user=%20", "user=%00", "user=a%0Ab", "user=%C2%85", "user=%1B[2J",
        "user=" + string.Concat(Enumerable.Repeat("%F0%9F%98%80", 50)),
    ];

    static readonly string[] badHandshakes =
    [
        "Sec-WebSocket-Key: x\r\n", "Origin: http://evil.example\r\n", "Origin: null\r\n",
    ];

    static readonly string[] otherTypes =
    [
        "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/json",
        "application/*", "*/*", "json", "x", "", "application/json, text/plain",
    ];

    static readonly string[] oddCharsets =
    [
        "klingon", "utf-7", "", "\"utf-8\"", "utf-16", "\"", "x y", "UTF-8", "iso-8859-1", new('x', 3000),
    ];

    readonly Random random;
    readonly HostileText text;
    readonly Func<HostileInput>[] broken;
    readonly Func<HostileInput>[] whole;

    public HostileRequests(Technique technique, Random random)
    {
        this.random = random;
        text = new(random);
        List<Func<HostileInput>> ended =
        [
            RandomBytes, BadRequestLine, AnotherVersion, BadHeader, BadHost, LongTarget, LongHeader, ManyHeaders,
            BadLength,
        ];
        List<Func<HostileInput>> served = [AbsentPath, AnotherMethod, ForgedHost];
        switch (technique.Reading)
        {
            case Reading.WebSocket:
                served.AddRange([BadSocketUser, BadSocketCursor, BadHandshake]);
                break;
            case Reading.EventStream:
                // A stream takes any cursor, but needs a user.
                served.Add(BadStreamUser);
                break;
            default:
                served.Add(BadCursor);
                break;
        }
        if (technique.SendsByPost)
        {
            // POST is read to its end only where there is one.
            ended.AddRange([TwoLengths, BadEncoding, BadChunk, LongChunkExtension, TooLarge, TooLargeInChunks]);
            served.AddRange([AnotherType, OddCharset, BadUtf8, BadUser, BadJson]);
        }
        broken = [.. ended];
        whole = [.. served];
    }

    /// <summary>One whose end cannot be told: it gets its answer, and the connection ends.</summary>
    public HostileInput Broken() => broken[random.Next(broken.Length)]();

    /// <summary>One that ends where it should, so that the next on the same connection is heard as well.</summary>
    public HostileInput Whole() => whole[random.Next(whole.Length)]();

    HostileInput RandomBytes()
    {
        var bytes = new byte[random.Next(300)];
        random.NextBytes(bytes);
        return new("random bytes", [(byte)random.Next(128, 256), .. bytes, .. "\r\n\r\n"u8], 400);
    }

    HostileInput BadRequestLine() => new("no request line", Bytes($"{Pick(badRequestLines)}\r\n\r\n"), 400);

    HostileInput AnotherVersion() =>
        new("another version", Bytes($"GET / {Pick("HTTP/1.2", "HTTP/2.0", "HTTP/9.9")}\r\n\r\n"), 505);

    HostileInput BadHeader() => new("bad header", WithHeader(Pick(badHeaders)), 400);

    HostileInput BadHost() => new("bad host", Bytes($"GET / HTTP/1.1\r\n{Pick(badHosts)}\r\n"), 400);

    HostileInput LongTarget() => new("long target", Get("/" + new string('x', random.Next(8200, 20_000))), 414);

    HostileInput LongHeader() =>
        new("long header", WithHeader("X: " + new string('x', random.Next(33_000, 40_000))), 431);

    HostileInput ManyHeaders()
    {
        var headers = Enumerable.Range(0, random.Next(101, 300)).Select(i => $"X{i}: x");
        return new("many headers", WithHeader(string.Join("\r\n", headers)), 431);
    }

    HostileInput BadLength() => new("bad length", WithBody(Pick(badLengths), ""), 400);

    // Two requests that could be taken for one, or one for two, and bodies that do not end.

    static HostileInput TwoLengths() => new(
        "two lengths",
        WithBody("Content-Length: 6\r\nTransfer-Encoding: chunked", "0\r\n\r\nGET /stats HTTP/1.1\r\n\r\n"),
        400);

    HostileInput BadEncoding() => new("bad encoding", WithBody(Pick(badEncodings), "0\r\n\r\n"));

    HostileInput BadChunk() => new("bad chunk", WithBody("Transfer-Encoding: chunked", Pick(badChunks)), 400);

    HostileInput LongChunkExtension()
    {
        var extension = new string('x', random.Next(17_000, 40_000));
        return new("long chunk extension", WithBody("Transfer-Encoding: chunked", $"1;{extension}\r\n{{\r\n0\r\n\r\n"));
    }

    HostileInput TooLarge() => new("too large", Post(new byte[random.Next(16_385, 40_000)]), 413);

    HostileInput TooLargeInChunks()
    {
        var chunks = Enumerable.Repeat($"1000\r\n{new string(' ', 4096)}\r\n", random.Next(5, 10));
        return new("too large in chunks", WithBody("Transfer-Encoding: chunked", string.Concat(chunks)), 413);
    }

    HostileInput AbsentPath() => new("nothing there", Get($"/{Pick(absentPaths)}"), 404);

    HostileInput AnotherMethod() => new(
        "another method",
        Bytes($"{Pick(otherMethods)} {Pick(presentPaths)} HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        405);

    HostileInput ForgedHost() =>
        new("a forged host", Bytes($"GET {Pick(anyPaths)} HTTP/1.1\r\nHost: {Pick(forgedHosts)}\r\n\r\n"), 400);

    HostileInput BadCursor() => new("bad cursor", Get($"/messages?after={Pick(badCursors)}"), 400);

    HostileInput BadSocketUser() => new("bad user", Handshake($"/ws?{AnyBadUser()}"), 400);

    HostileInput BadSocketCursor() =>
        new("bad cursor", Handshake($"/ws?user=Mallory&after={Pick(badSocketCursors)}"), 400);

    HostileInput BadStreamUser() => new("bad user", Get($"/events?{AnyBadUser()}"), 400);

    HostileInput BadHandshake() => new("no handshake", Handshake("/ws?user=Mallory", Pick(badHandshakes)));

    HostileInput AnotherType() => new("another type", Post(Json("Mallory", "\"Hello\""), Pick(otherTypes)), 415);

    /// <summary>What is blank is refused, whatever a charset may stand for.</summary>
    HostileInput OddCharset() =>
        new("odd charset", Post(Json("Mallory", "\" \""), $"application/json; charset={Pick(oddCharsets)}"));

    HostileInput BadUtf8() =>
        new("bad UTF-8", Post(Bytes($"{{\"user\":\"Mallory\",\"text\":\"{text.BadUtf8()}\"}}")), 400);

    HostileInput BadUser() =>
        new("bad user", Post(Encoding.UTF8.GetBytes($"{{\"user\":{text.User()},\"text\":\"Hello\"}}")), 400);

    HostileInput BadJson() => new(
        "bad JSON",
        Post(Encoding.UTF8.GetBytes(text.Json(json => $"{{\"user\":\"Mallory\",\"text\":{json}}}"))),
        400);

    string AnyBadUser() =>
        random.Next(10) == 0 ? $"user={new string('x', random.Next(51, 5000))}" : Pick(badUsers);

    static byte[] Json(string user, string text) => Encoding.UTF8.GetBytes($"{{\"user\":\"{user}\",\"text\":{text}}}");

    static byte[] WithHeader(string header) => Bytes($"GET / HTTP/1.1\r\nHost: localhost\r\n{header}\r\n\r\n");

    static byte[] WithBody(string header, string body) => Bytes(
        "POST /messages HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n" +
        $"{header}\r\n\r\n{body}");

    string Pick(params string[] samples) => samples[random.Next(samples.Length)];
}
