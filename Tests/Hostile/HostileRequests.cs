using System.Text;
using Classroom;
using static Tests.RawConnection;

namespace Tests;

/// <summary>Requests that no step may serve, made up from a seed.</summary>
sealed class HostileRequests
{
    const string Chunked = "Transfer-Encoding: chunked";

    readonly Random random;
    readonly HostileText text;
    readonly Func<HostileInput>[] broken;
    readonly Func<HostileInput>[] whole;

    public HostileRequests(Technique technique, Random random)
    {
        this.random = random;
        text = new(random);
        // POST is read to its end only where there is one.
        broken = technique.SendsByPost ? [.. BrokenHeads(), .. BrokenBodies()] : BrokenHeads();
        Func<HostileInput>[] messages = technique.SendsByPost ? RefusedMessages() : [];
        whole = [.. Anywhere(), .. WhereMessagesAreRead(technique.Reading), .. messages];
    }

    /// <summary>One whose end cannot be told: it gets its answer, and the connection ends.</summary>
    public HostileInput Broken() => broken[random.Next(broken.Length)]();

    /// <summary>One that ends where it should, so that the next on the same connection is heard as well.</summary>
    public HostileInput Whole() => whole[random.Next(whole.Length)]();

    Func<HostileInput>[] BrokenHeads() =>
    [
        () => new(
            "random bytes",
            [(byte)random.Next(128, 256), .. text.RandomBytes(random.Next(300)), .. "\r\n\r\n"u8],
            400),
        OneOf(
            "no request line", 400, line => Bytes($"{line}\r\n\r\n"),
            "GET", "GET /", "/", "GET  / HTTP/1.1", "G@T / HTTP/1.1", "GET / HTTP/1.1 x", "GET /\0 HTTP/1.1",
            "GET /\xE9 HTTP/1.1", "\x16\x03\x01\x02", "GET / HTTP/1.1\rX"),
        OneOf(
            "another version", 505, version => Bytes($"GET / {version}\r\n\r\n"),
            "HTTP/1.2", "HTTP/2.0", "HTTP/9.9"),
        OneOf(
            "bad header", 400, WithHeader,
            "X", ": x", "X : x", " X: x", "X\0: x", "X: a\0b", "X: a\rb", "X: \xFF\xFE", "X: \xC0\xAF", "X Y: x",
            "X: x\r\n folded"),
        OneOf(
            "bad host", 400, hosts => Bytes($"GET / HTTP/1.1\r\n{hosts}\r\n"),
            "", "Host: localhost\r\nHost: localhost\r\n", "Host: a b\r\n", "Host: localhost:x\r\n", "Host: [::1\r\n",
            "Host: http://localhost\r\n", "Host: a@localhost\r\n"),
        () => new("long target", Get($"/{Long(8200, 20_000)}"), 414),
        () => new("long header", WithHeader($"X: {Long(33_000, 40_000)}"), 431),
        () => new("many headers", WithHeader(string.Join("\r\n", ManyHeaders())), 431),
        OneOf(
            "bad length", 400, length => WithBody(length, ""),
            "Content-Length: -1", "Content-Length: 99999999999999999999", "Content-Length: x",
            "Content-Length: 1\r\nContent-Length: 2", "Content-Length: 1, 2", "Content-Length: 0x10",
            "Transfer-Encoding: xchunked"),
    ];

    /// <summary>Two requests that could be taken for one, or one for two, and bodies that do not end.</summary>
    Func<HostileInput>[] BrokenBodies() =>
    [
        OneOf(
            "two lengths", 400, body => WithBody($"Content-Length: 6\r\n{Chunked}", body),
            "0\r\n\r\nGET /stats HTTP/1.1\r\n\r\n"),
        OneOf(
            "bad encoding", 0, encoding => WithBody($"Transfer-Encoding: {encoding}", "0\r\n\r\n"),
            "chunked, chunked", "gzip, chunked", "chunked, identity"),
        OneOf(
            "bad chunk", 400, chunk => WithBody(Chunked, chunk),
            "x\r\n", "-1\r\n", "ffffffffffffffff\r\n", "80000000\r\n", "0x1\r\n{\r\n", "1\r\n{}\r\n", "\r\n",
            "1 2\r\n"),
        () => new("long chunk extension", WithBody(Chunked, $"1;{Long(17_000, 40_000)}\r\n{{\r\n0\r\n\r\n")),
        () => new("too large", Post(new byte[random.Next(16_385, 40_000)]), 413),
        () => new("too large in chunks", WithBody(Chunked, string.Concat(LargeChunks())), 413),
    ];

    Func<HostileInput>[] Anywhere() =>
    [
        OneOf(
            "nothing there", 404, path => Get($"/{path}"),
            "Program.cs", "appsettings.json", "..%2fProgram.cs", "%c0%ae%c0%ae/x", "%ff", "index.html", "bin/Debug",
            "stats/x"),
        OneOf(
            "another method", 405, method => WithHost($"{method} {Pick("/", "/chat.js", "/stats")}", "localhost"),
            "PUT", "DELETE", "PATCH", "TRACE", "OPTIONS", "HEAD", "BREW"),
        OneOf(
            "a forged host", 400, host => WithHost($"GET {AnyPath()}", host),
            "evil.example", "localhost.evil.example", "127.0.0.2", "localhost.", "0.0.0.0", "[::2]", "a.localhost"),
    ];

    Func<HostileInput>[] WhereMessagesAreRead(Reading reading) => reading switch
    {
        Reading.WebSocket =>
        [
            () => new("bad user", Handshake($"/ws?{BadUser()}"), 400),
            OneOf(
                "bad cursor", 400, cursor => Handshake($"/ws?user=Mallory&after={cursor}"),
                "", "x", "99999999999999999999", "1e3"),
            OneOf(
                "no handshake", 0, headers => Handshake("/ws?user=Mallory", headers),
                "Sec-WebSocket-Key: x\r\n", "Origin: http://evil.example\r\n", "Origin: null\r\n"),
        ],
        // A stream takes any cursor, but needs a user.
        Reading.EventStream => [() => new("bad user", Get($"/events?{BadUser()}"), 400)],
        _ =>
        [
            OneOf(
                "bad cursor", 400, cursor => Get($"/messages?after={cursor}"),
                "", "x", "1e3", "1.0", "0x1", "99999999999999999999", "%00", "%D9%A1", "1&after=2", "NaN"),
        ],
    };

    Func<HostileInput>[] RefusedMessages() =>
    [
        OneOf(
            "another type", 415, type => Post(Message("\"Mallory\"", "\"Hello\""), type),
            "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/json",
            "application/*", "*/*", "json", "x", "", "application/json, text/plain"),
        // What is blank is refused, whatever a charset may stand for.
        OneOf(
            "odd charset", 0, charset => Post(Message("\"Mallory\"", "\" \""), $"application/json; charset={charset}"),
            "klingon", "utf-7", "", "\"utf-8\"", "utf-16", "\"", "x y", "UTF-8", "iso-8859-1", new('x', 3000)),
        () => new("bad UTF-8", Post(Bytes($"{{\"user\":\"Mallory\",\"text\":\"{text.BadUtf8()}\"}}")), 400),
        () => new("bad user", Post(Message(text.User(), "\"Hello\"")), 400),
        () => new(
            "bad JSON",
            Post(Encoding.UTF8.GetBytes(text.Json(json => $"{{\"user\":\"Mallory\",\"text\":{json}}}"))),
            400),
    ];

    Func<HostileInput> OneOf(string kind, int answer, Func<string, byte[]> request, params string[] samples) =>
        () => new(kind, request(Pick(samples)), answer);

    string Long(int least, int most) => new('x', random.Next(least, most));

    IEnumerable<string> ManyHeaders() => Enumerable.Range(0, random.Next(101, 300)).Select(i => $"X{i}: x");

    IEnumerable<string> LargeChunks() =>
        Enumerable.Repeat($"1000\r\n{new string(' ', 4096)}\r\n", random.Next(5, 10));

    string AnyPath() => Pick("/", "/stats", "/messages", "/ws?user=a", "/events?user=a");

    string BadUser() => Pick(
        "", "user", "user=", "user=%20", "user=%00", "user=a%0Ab", "user=%C2%85", "user=%1B[2J",
        $"user={Long(51, 5000)}", "user=" + string.Concat(Enumerable.Repeat("%F0%9F%98%80", 50)));

    /// <summary>A message of two JSON values.</summary>
    static byte[] Message(string user, string text) => Encoding.UTF8.GetBytes($"{{\"user\":{user},\"text\":{text}}}");

    static byte[] WithHost(string request, string host) => Bytes($"{request} HTTP/1.1\r\nHost: {host}\r\n\r\n");

    static byte[] WithHeader(string header) => Bytes($"GET / HTTP/1.1\r\nHost: localhost\r\n{header}\r\n\r\n");

    static byte[] WithBody(string header, string body) => Bytes(
        "POST /messages HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n" +
        $"{header}\r\n\r\n{body}");

    string Pick(params string[] samples) => samples[random.Next(samples.Length)];
}
