namespace Tests;

/// <summary>The contract of all steps as a table. Nothing that is refused is stored.</summary>
static class Rows
{
    const string Hello = """{"user":"Alice","text":"Hello"}""";
    const string Json = "application/json; charset=";
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
        .. new[] { "/", "/chat.js", "/stats" }.SelectMany(path => new Row[]
        {
            new($"HEAD {path}", 200),
            new($"POST {path}", 405),
            new($"DELETE {path}", 405),
        }),
        // What a page of another origin reads, the browser keeps from it; and before it sends JSON, the browser asks.
        new("GET /", 200, Headers: ["Origin: http://evil.example"]),
        new("GET /stats", 200, Headers: ["Origin: http://evil.example"]),
        new("OPTIONS /stats", 405, Headers: ["Origin: http://evil.example", "Access-Control-Request-Method: GET"]),
        // Nothing else of the folder, nor from outside it.
        .. new[]
        {
            "/nothing", "/messages/1", "/chat.js/x", "/stats/x", "/favicon.ico", "/index.html", "/Program.cs",
            "/MessageLog.cs", "/appsettings.json", $"/{step.Folder}.csproj", "/bin", "/bin/", "/obj", "/obj/",
            "/obj/project.assets.json", $"/bin/{Repository.Configuration}/net10.0/{step.Folder}.dll",
            "/../Program.cs", "/./Program.cs", "//Program.cs", "/chat.js/../Program.cs", "/%2e%2e/Program.cs",
            $"/%2e%2e/{step.Folder}/Program.cs", "/%2E%2E/%2E%2E/etc/passwd", "/..%2fProgram.cs",
            "/%2e%2e%5cProgram.cs", "/%2fetc/passwd", "/.git/config",
        }.Select(path => new Row($"GET {path}", 404)),
    ];

    static IEnumerable<Row> Posting =>
    [
        new("POST /messages", 201, Hello),
        Bad("""{"user":"","text":"Hello"}""", "User"),
        Bad("{"),
        new("POST /messages", 415, Hello, Type: "text/plain"),
        new("POST /messages", 413, Hello.PadRight(Limit + 1)),
        new("PUT /messages", 405, Hello),
        new("DELETE /messages", 405, Hello),
        new("OPTIONS /messages", 405, Headers: ["Origin: http://evil.example", "Access-Control-Request-Method: POST"]),
    ];

    static IEnumerable<Row> BadMessages =>
    [
        // What is wrong in a message.
        Bad("""{"user":" \t ","text":"Hello"}""", "User"),
        Bad("""{"user":"\u200b\u2060\ufeff\u00ad\u3164","text":"Hello"}""", "User"), // All of it is invisible.
        Bad("""{"user":null,"text":"Hello"}""", "User"),
        Bad("""{"text":"Hello"}""", "User"),
        Bad($$"""{"user":"{{longName}}","text":"Hello"}""", "User"),
        Bad($$"""{"user":"a{{Repeat("😀", 25)}}","text":"Hello"}""", "User"), // Two UTF-16 code units each.
        Bad("""{"user":"Ali\u0000ce","text":"Hello"}""", "User"),
        Bad("""{"user":"Ali\nce","text":"Hello"}""", "User"),
        Bad("""{"user":"Ali\u202ece","text":"Hello"}""", "User"), // It turns the names beside it round.
        Bad("""{"user":"Alice","text":""}""", "Text"),
        Bad("""{"user":"Alice","text":" \r\n\u00a0"}""", "Text"),
        Bad("""{"user":"Alice","text":"\u200b \u3164"}""", "Text"),
        Bad("""{"user":"Alice","text":null}""", "Text"),
        Bad("""{"user":"Alice"}""", "Text"),
        Bad($$"""{"user":"Alice","text":"{{new string('a', 501)}}"}""", "Text"),
        Bad($$"""{"user":"Alice","text":"a{{Repeat("😀", 250)}}"}""", "Text"),
        Bad("""{"user":"Alice","text":"Hello\u001b[31m"}""", "Text"),
        Bad("""{"user":"Alice","text":"Hello\nBob: no"}""", "Text"),
        Bad("""{"user":"Alice","text":"Hello\u007f.\u0085."}""", "Text"),
        Bad("""{"user":"Alice","text":"Hello","key":""}""", "Key"),
        Bad($$"""{"user":"Alice","text":"Hello","key":"{{longName}}"}""", "Key"),

        // What is no message.
        Bad(""),
        Bad("""{"user":"Alice","text":"Hello"} and more"""),
        Bad("user=Alice&text=Hello"),
        Bad("""{"user":"Alice","text":5}"""),
        Bad("""{"user":["Alice"],"text":"Hello"}"""),
        Bad("""{"user":"Alice","text":"\ud800"}"""),
        Bad("{\"user\":\"Alice\",\"text\":\"\u00ff\u00c0\"}"),
        Bad($"[{Hello}]"),
        Bad("null"),
        Bad(new string('[', 1000)),

        // What is no JSON, or not UTF-8 (RFC 8259), or packed.
        new("POST /messages", 415, Hello, Type: null),
        new("POST /messages", 415, Hello, Type: "application/x-www-form-urlencoded"),
        new("POST /messages", 415, Hello, Type: "application/jsonx"),
        new("POST /messages", 201, Hello, Type: Json + "UTF-8"),
        new("POST /messages", 201, Hello, Type: Json + "\"utf-8\""),
        new("POST /messages", 415, Hello, Type: Json + "utf-16"),
        new("POST /messages", 415, Hello, Type: Json + "iso-8859-1"),
        new("POST /messages", 415, Hello, Type: Json + "nonsense"),
        new("POST /messages", 415, Hello, Headers: ["Content-Encoding: gzip"]),

        // What is too long. The lengths of chunks count as well.
        new("POST /messages", 201, Hello.PadRight(Limit)),
        new("POST /messages", 413, Hello.PadRight(2 * Limit)),
        new("POST /messages", 201, Hello.PadRight(Limit - 100), IsChunked: true),
        new("POST /messages", 413, Hello.PadRight(Limit + 1), IsChunked: true),
    ];

    static IEnumerable<Row> Polling =>
    [
        new("GET /messages", 200),
        new("HEAD /messages", 200),
        new("GET /messages?after=-1", 200),
        .. new[] { "99999999999999999999", "9223372036854775808", "NaN", "1.5", "1e3", "0x10", "%00", "1&after=2", "" }
            .Select(cursor => new Row($"GET /messages?after={cursor}", 400)),
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
        .. new[] { "last", "1e3", "9223372036854775808" }
            .Select(cursor => new Row($"GET /ws?user=Bob&after={cursor}", 400, Headers: Handshake)),
        // No WebSocket is asked for, or another version of it.
        new("GET /ws?user=Bob", 426),
        new("GET /ws?user=Bob", 426, Headers: [.. Handshake[..2], "Sec-WebSocket-Version: 12", Handshake[3]]),
    ];

    static IEnumerable<Row> Webhooks =>
    [
        new("GET /webhooks", 200),
        new("POST /webhook", 401, ""),
    ];

    static IEnumerable<string> BadNames => ["", "%20", "Ali%00ce", "Ali%0Ace", "%E2%80%8B", "Ali%E2%80%AEce", longName];

    static Row Bad(string body, string? field = null) => new("POST /messages", 400, body, field);

    public static string Repeat(string letter, int times) => string.Concat(Enumerable.Repeat(letter, times));
}
