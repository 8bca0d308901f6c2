using System.Net.Http.Headers;
using System.Text;

namespace Tests;

/// <summary>One line of the contract: a request, and what it is answered with.</summary>
/// <param name="Request">"POST /messages"</param>
/// <param name="Status">The answer's.</param>
/// <param name="Body">Null is none.</param>
/// <param name="Field">The only one that the answer says is wrong.</param>
/// <param name="Type">The body's.</param>
/// <param name="Headers">"Name: value"</param>
sealed record Row(
    string Request,
    int Status,
    string? Body = null,
    string? Field = null,
    string Type = "application/json",
    string[]? Headers = null)
{
    public HttpRequestMessage ToRequest(Uri server)
    {
        // As it is: otherwise the client would take dots out of the path by itself.
        var raw = new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true };
        var words = Request.Split(' ', 2);
        var address = new Uri(server.GetLeftPart(UriPartial.Authority) + words[1], raw);
        var request = new HttpRequestMessage(new(words[0]), address);
        if (Body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(Body));
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(Type);
            // The server can refuse before the body is sent: its answer is not lost in a reset.
            request.Headers.ExpectContinue = Body.Length > 16 * 1024;
        }
        foreach (var header in Headers ?? [])
        {
            var parts = header.Split(": ", 2);
            if (!request.Headers.TryAddWithoutValidation(parts[0], parts[1]))
            {
                request.Content!.Headers.TryAddWithoutValidation(parts[0], parts[1]);
            }
        }
        return request;
    }

    public override string ToString() =>
        $"{Request} {string.Join(", ", Headers ?? [])} {(Body?.Length > 100 ? $"{Body.Length} characters" : Body)}";
}

/// <summary>The contract of all steps as a table. Nothing that is refused is stored.</summary>
static class Rows
{
    const string Hello = """{"user":"Alice","text":"Hello"}""";
    const int Limit = 16 * 1024;

    /// <summary>What asks for a WebSocket.</summary>
    public static readonly string[] Handshake =
    [
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ];

    /// <summary>The files of the page: what is asked for, and what it is.</summary>
    public static readonly (string Address, string File, string Type)[] Files =
    [
        ("/", "index.html", "text/html"),
        ("/style.css", "style.css", "text/css"),
        ("/page.js", "page.js", "text/javascript"),
        ("/chat.js", "chat.js", "text/javascript"),
    ];

    static readonly string longName = new('a', 51);

    /// <summary>Those of one step. What is the same file in several steps is asked in full in one of them.</summary>
    public static IEnumerable<Row> Of(Technique step) => step.Number switch
    {
        1 => [.. Page(step), .. Posting, .. BadMessages, .. Polling],
        2 => [.. Page(step)],
        3 => [.. Page(step), .. Posting, .. Polling],
        4 => [.. Page(step), .. Sockets],
        5 => [.. Page(step), .. Posting, .. Streams],
        _ => [.. Page(step), .. Posting, .. BadMessages, .. Streams, .. Webhooks],
    };

    static IEnumerable<Row> Page(Technique step) =>
    [
        .. Files.Select(file => new Row($"GET {file.Address}", 200)),
        new("GET /stats", 200),
        new("HEAD /", 200),
        new("HEAD /stats", 200),
        new("POST /chat.js", 405),
        new("DELETE /stats", 405),
        // What a page of another origin reads, the browser keeps from it; and before it sends JSON, the browser asks.
        new("GET /", 200, Headers: ["Origin: http://evil.example"]),
        new("OPTIONS /stats", 405, Headers: ["Origin: http://evil.example", "Access-Control-Request-Method: GET"]),
        // Nothing else of the folder, nor from outside it.
        .. new[]
        {
            "/nothing", "/messages/1", "/favicon.ico", "/index.html", "/Program.cs", "/appsettings.json",
            $"/{step.Folder}.csproj", "/obj/", $"/bin/{Repository.Configuration}/net10.0/{step.Folder}.dll",
            "/../Program.cs", "//Program.cs", "/chat.js/../Program.cs", "/%2E%2E/%2E%2E/etc/passwd", "/..%2fProgram.cs",
        }.Select(path => new Row($"GET {path}", 404)),
    ];

    static IEnumerable<Row> Posting =>
    [
        new("POST /messages", 201, Hello),
        Bad("""{"user":"","text":"Hello"}""", "User"),
        Bad("{"),
        new("POST /messages", 415, Hello, Type: "text/plain"),
        new("POST /messages", 201, Hello.PadRight(Limit)),
        new("POST /messages", 413, Hello.PadRight(Limit + 1)),
        new("PUT /messages", 405, Hello),
        new("OPTIONS /messages", 405, Headers: ["Origin: http://evil.example", "Access-Control-Request-Method: POST"]),
    ];

    static IEnumerable<Row> BadMessages =>
    [
        // What is wrong in a message.
        Bad("""{"user":"\u200b\u2060\ufeff\u00ad\u3164","text":"Hello"}""", "User"), // All of it is invisible.
        Bad("""{"user":null,"text":"Hello"}""", "User"),
        Bad("""{"text":"Hello"}""", "User"),
        Bad($$"""{"user":"{{longName}}","text":"Hello"}""", "User"),
        Bad($$"""{"user":"a{{Repeat("😀", 25)}}","text":"Hello"}""", "User"), // Two UTF-16 code units each.
        Bad("""{"user":"Ali\nce","text":"Hello"}""", "User"),
        Bad("""{"user":"Ali\u202ece","text":"Hello"}""", "User"), // It turns the names beside it round.
        Bad("""{"user":"Alice","text":" \r\n\u00a0\u200b"}""", "Text"),
        Bad("""{"user":"Alice"}""", "Text"),
        Bad($$"""{"user":"Alice","text":"{{new string('a', 501)}}"}""", "Text"),
        Bad("""{"user":"Alice","text":"Hello\u001b[31m"}""", "Text"),
        Bad("""{"user":"Alice","text":"Hello\nBob: no"}""", "Text"),
        Bad("""{"user":"Alice","text":"Hello","key":""}""", "Key"),
        Bad($$"""{"user":"Alice","text":"Hello","key":"{{longName}}"}""", "Key"),

        // What is no message, is not UTF-8 (RFC 8259), or is packed.
        Bad(""),
        Bad("null"),
        Bad("""{"user":"Alice","text":5}"""),
        new("POST /messages", 201, Hello, Type: "application/json; charset=\"UTF-8\""),
        new("POST /messages", 415, Hello, Type: "application/json; charset=utf-16"),
        new("POST /messages", 415, Hello, Type: "application/json; charset=nonsense"),
        new("POST /messages", 415, Hello, Headers: ["Content-Encoding: gzip"]),
    ];

    static IEnumerable<Row> Polling =>
    [
        new("GET /messages", 200),
        new("HEAD /messages", 200),
        new("GET /messages?after=-1", 200),
        new("GET /messages?after=1e3", 400),
        new("GET /messages?after=9223372036854775808", 400),
    ];

    static IEnumerable<Row> Streams =>
    [
        new("GET /events?user=Bob", 200, Headers: ["Origin: http://evil.example"]),
        new("HEAD /events?user=Bob", 200),
        .. BadNames.Select(name => new Row($"GET /events?user={name}", 400, Field: "user")),
        new("GET /events", 400),
    ];

    static IEnumerable<Row> Sockets =>
    [
        new("POST /ws?user=Bob", 426, Hello), // First: the others end the connection, and a POST is not tried again.
        new("GET /ws?user=Bob", 101, Headers: Handshake),
        .. BadNames.Select(name => new Row($"GET /ws?user={name}", 400, Field: "user", Headers: Handshake)),
        new("GET /ws", 400, Headers: Handshake),
        new("GET /ws?user=Bob&after=1e3", 400, Headers: Handshake),
        // No WebSocket is asked for, or another version of it.
        new("GET /ws?user=Bob", 426),
        new("GET /ws?user=Bob", 426, Headers: [.. Handshake[..2], "Sec-WebSocket-Version: 12", Handshake[3]]),
    ];

    static IEnumerable<Row> Webhooks =>
    [
        new("GET /webhooks", 200),
        new("POST /webhook", 401, ""),
    ];

    static IEnumerable<string> BadNames => ["", "%20", "Ali%0Ace", "%E2%80%8B", "Ali%E2%80%AEce", longName];

    static Row Bad(string body, string? field = null) => new("POST /messages", 400, body, field);

    public static string Repeat(string letter, int times) => string.Concat(Enumerable.Repeat(letter, times));
}
