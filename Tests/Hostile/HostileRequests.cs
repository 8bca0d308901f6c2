using System.Text;
using static Tests.RawConnection;

namespace Tests;

/// <summary>Something that no browser sends.</summary>
/// <param name="Kind">What is wrong with it.</param>
/// <param name="Bytes">What is sent.</param>
/// <param name="Answer">The status that it gets, or the code of the close frame; 0 is any from 400 to 499.</param>
sealed record HostileInput(string Kind, byte[] Bytes, int Answer = 0)
{
    public override string ToString() => $"{Kind}: {Escape(Bytes)}";

    public static string Escape(byte[] bytes) =>
        string.Concat(Encoding.Latin1.GetString(bytes).Take(600).Select(c => c is >= ' ' and <= '~' ? $"{c}" : $"\\x{(int)c:X2}"));
}

/// <summary>Requests that no step may serve, made up from a seed.</summary>
sealed class HostileRequests(AttackedServer server, Random random)
{
    readonly HostileText text = new(random);

    /// <summary>One whose end cannot be told: it gets its answer, and the connection ends.</summary>
    public HostileInput Broken() => random.Next(server.HasSocket ? 9 : 10) switch
    {
        0 => new("random bytes", [(byte)random.Next(128, 256), .. RandomBytes(random.Next(300)), .. "\r\n\r\n"u8], 400),
        1 => new("no request line", Bytes($"{Pick("GET", "GET /", "/", "GET  / HTTP/1.1", "G@T / HTTP/1.1", "GET / HTTP/1.1 x", "GET /\0 HTTP/1.1", "GET /\xE9 HTTP/1.1", "\x16\x03\x01\x02", "GET / HTTP/1.1\rX")}\r\n\r\n"), 400),
        2 => new("another version", Bytes($"GET / {Pick("HTTP/1.2", "HTTP/2.0", "HTTP/9.9")}\r\n\r\n"), 505),
        3 => new("bad header", WithHeader(Pick("X", ": x", "X : x", " X: x", "X\0: x", "X: a\0b", "X: a\rb", "X: \xFF\xFE", "X: \xC0\xAF", "X Y: x", "X: x\r\n folded")), 400),
        4 => new("bad host", Bytes($"GET / HTTP/1.1\r\n{Pick("", "Host: localhost\r\nHost: localhost\r\n", "Host: a b\r\n", "Host: localhost:x\r\n", "Host: [::1\r\n", "Host: http://localhost\r\n", "Host: a@localhost\r\n")}\r\n"), 400),
        5 => new("long target", Bytes($"GET /{new string('x', random.Next(8200, 20_000))} HTTP/1.1\r\nHost: localhost\r\n\r\n"), 414),
        6 => new("long header", WithHeader($"X: {new string('x', random.Next(33_000, 40_000))}"), 431),
        7 => new("many headers", WithHeader(string.Join("\r\n", Enumerable.Range(0, random.Next(101, 300)).Select(i => $"X{i}: x"))), 431),
        8 => new("bad length", WithBody(Pick("Content-Length: -1", "Content-Length: 99999999999999999999", "Content-Length: x", "Content-Length: 1\r\nContent-Length: 2", "Content-Length: 1, 2", "Content-Length: 0x10", "Transfer-Encoding: xchunked"), ""), 400),
        _ => Smuggled(),
    };

    /// <summary>Two requests that could be taken for one, or one for two, and bodies that do not end: POST is read to its end only where there is one.</summary>
    HostileInput Smuggled() => random.Next(6) switch
    {
        0 => new("two lengths", WithBody("Content-Length: 6\r\nTransfer-Encoding: chunked", "0\r\n\r\nGET /stats HTTP/1.1\r\n\r\n"), 400),
        1 => new("chunked twice", WithBody(Pick("Transfer-Encoding: chunked, chunked", "Transfer-Encoding: gzip, chunked", "Transfer-Encoding: chunked, identity"), "0\r\n\r\n")),
        2 => new("bad chunk", WithBody("Transfer-Encoding: chunked", Pick("x\r\n", "-1\r\n", "ffffffffffffffff\r\n", "80000000\r\n", "0x1\r\n{\r\n", "1\r\n{}\r\n", "\r\n", "1 2\r\n")), 400),
        3 => new("long chunk extension", WithBody("Transfer-Encoding: chunked", $"1;{new string('x', random.Next(17_000, 40_000))}\r\n{{\r\n0\r\n\r\n")),
        4 => new("too large", Post(new byte[random.Next(16_385, 40_000)]), 413),
        _ => new("too large in chunks", WithBody("Transfer-Encoding: chunked", string.Concat(Enumerable.Repeat($"1000\r\n{new string(' ', 4096)}\r\n", random.Next(5, 10)))), 413),
    };

    /// <summary>One that ends where it should, so that the next on the same connection is heard as well.</summary>
    public HostileInput Whole()
    {
        switch (random.Next(server.HasSocket ? 6 : 10))
        {
            case 0:
                return new("nothing there", Get($"/{Pick("Program.cs", "appsettings.json", "..%2fProgram.cs", "%c0%ae%c0%ae/x", "%ff", "index.html", "bin/Debug", "stats/x")}"), 404);
            case 1:
                return new("another method", Bytes($"{Pick("PUT", "DELETE", "PATCH", "TRACE", "OPTIONS", "HEAD", "BREW")} {Pick("/", "/chat.js", "/stats")} HTTP/1.1\r\nHost: localhost\r\n\r\n"), 405);
            case 2:
                return new("a forged host", Bytes($"GET {Pick("/", "/stats", "/messages", "/ws?user=a", "/events?user=a")} HTTP/1.1\r\nHost: {Pick("evil.example", "localhost.evil.example", "127.0.0.2", "localhost.", "0.0.0.0", "[::2]", "a.localhost")}\r\n\r\n"), 400);
            case 3 when server.Answers:
                return new("bad after", Get($"/messages?after={Pick("", "-1", "x", "1e3", "1.0", "0x1", "9223372036854775807", "99999999999999999999", "%00", "%D9%A1", "1&after=2", "NaN", "-9223372036854775808", "18014398509481984")}"), 400);
            case 3 or 4 when !server.Answers:
                // An event stream takes any cursor, but needs a user as well.
                var bad = Pick("", "user", "user=", "user=%20", "user=%00", "user=a%0Ab", "user=%C2%85", "user=%1B[2J", $"user={new string('x', random.Next(51, 5000))}",
                    $"user={string.Concat(Enumerable.Repeat("%F0%9F%98%80", 50))}");
                return server.HasSocket
                    ? new("bad user or after", Handshake($"/ws?{Pick(bad, $"user=Mallory&after={Pick("", "-1", "x", "9223372036854775807", "1e3")}")}"), 400)
                    : new("bad user", Get($"/events?{bad}"), 400);
            case 5 when server.HasSocket:
                return new("no handshake", Handshake("/ws?user=Mallory", Pick("Sec-WebSocket-Key: x\r\n", "Origin: http://evil.example\r\n", "Origin: null\r\n")));
            case 5:
                return new("another type", Post("{\"user\":\"Mallory\",\"text\":\"Hello\"}"u8.ToArray(), Pick("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/json", "application/*", "*/*", "json", "x", "", "application/json, text/plain")), 415);
            case 6:
                // What is blank is refused, whatever a charset may stand for. The quoted one is as good as the plain one.
                return new("odd charset", Post("{\"user\":\"Mallory\",\"text\":\" \"}"u8.ToArray(), $"application/json; charset={Pick("klingon", "utf-7", "", "\"utf-8\"", "utf-16", "\"", "x y", "UTF-8", "iso-8859-1", new string('x', 3000))}"));
            case 7:
                return new("bad UTF-8", Post(Bytes($"{{\"user\":\"Mallory\",\"text\":\"{text.BadUtf8()}\"}}")), 400);
            case 8:
                return new("bad user", Post(Encoding.UTF8.GetBytes($"{{\"user\":{text.User()},\"text\":\"Hello\"}}")), 400);
            default:
                return new("bad JSON", Post(Encoding.UTF8.GetBytes(text.Json(json => $"{{\"user\":\"Mallory\",\"text\":{json}}}"))), 400);
        }
    }

    byte[] RandomBytes(int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }

    static byte[] WithHeader(string header) => Bytes($"GET / HTTP/1.1\r\nHost: localhost\r\n{header}\r\n\r\n");

    static byte[] WithBody(string header, string body) =>
        Bytes($"POST /messages HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n{header}\r\n\r\n{body}");

    string Pick(params string[] one) => one[random.Next(one.Length)];
}
