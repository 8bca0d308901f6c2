namespace Classroom;

/// <summary>
/// Requests with the headers that Chromium sends for the same purpose, so that a student costs the bytes that a
/// browser does.
/// Taken down from one on Linux; only its version and language differ elsewhere.
/// </summary>
static class BrowserHeaders
{
    const string UserAgent =
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";

    const string PageTypes = "text/html,application/xhtml+xml,application/xml;q=0.9,"
        + "image/avif,image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7";

    const string Encodings = "gzip, deflate, br, zstd";
    const string Languages = "en-US,en;q=0.9";

    static readonly (string Header, string Value)[] ofAll =
    [
        ("Connection", "keep-alive"),
        ("sec-ch-ua", "\"Chromium\";v=\"140\", \"Not=A?Brand\";v=\"24\", \"Google Chrome\";v=\"140\""),
        ("sec-ch-ua-mobile", "?0"),
        ("sec-ch-ua-platform", "\"Linux\""),
        ("User-Agent", UserAgent),
        ("Accept-Encoding", Encodings),
        ("Accept-Language", Languages),
    ];

    /// <summary>Everything that opening or reloading a step's page asks for, in order.</summary>
    public static HttpRequestMessage[] PageFiles(Uri server) =>
    [
        With(new(HttpMethod.Get, new Uri(server, "/")),
            ("Upgrade-Insecure-Requests", "1"),
            ("Accept", PageTypes),
            ("Sec-Fetch-Site", "none"),
            ("Sec-Fetch-Mode", "navigate"),
            ("Sec-Fetch-User", "?1"),
            ("Sec-Fetch-Dest", "document")),
        FromPage(HttpMethod.Get, server, "/style.css", "no-cors", "style", ("Accept", "text/css,*/*;q=0.1")),
        // A module, and what it imports.
        FromPage(HttpMethod.Get, server, "/chat.js", "cors", "script", ("Accept", "*/*")),
        FromPage(HttpMethod.Get, server, "/page.js", "cors", "script", ("Accept", "*/*")),
    ];

    /// <summary>fetch() with GET.</summary>
    public static HttpRequestMessage Fetch(Uri server, string path) =>
        FromPage(HttpMethod.Get, server, path, "cors", "empty", ("Accept", "*/*"));

    /// <summary>fetch() with POST.</summary>
    public static HttpRequestMessage Post(Uri server, string path) =>
        FromPage(HttpMethod.Post, server, path, "cors", "empty", ("Accept", "*/*"), ("Origin", Origin(server)));

    /// <summary>An EventSource.</summary>
    public static HttpRequestMessage EventStream(Uri server, string path) => FromPage(
        HttpMethod.Get, server, path, "cors", "empty",
        ("Pragma", "no-cache"), ("Cache-Control", "no-cache"), ("Accept", "text/event-stream"));

    /// <summary>A WebSocket's handshake, without what the protocol itself asks for.</summary>
    public static (string Header, string Value)[] WebSocket(Uri server) =>
    [
        ("Pragma", "no-cache"),
        ("Cache-Control", "no-cache"),
        ("User-Agent", UserAgent),
        ("Origin", Origin(server)),
        ("Accept-Encoding", Encodings),
        ("Accept-Language", Languages),
    ];

    static string Origin(Uri server) => server.GetLeftPart(UriPartial.Authority);

    /// <summary>What the page itself asks for.</summary>
    static HttpRequestMessage FromPage(
        HttpMethod method,
        Uri server,
        string path,
        string mode,
        string destination,
        params (string Header, string Value)[] headers) => With(new(method, new Uri(server, path)),
        [
            .. headers,
            ("Sec-Fetch-Site", "same-origin"),
            ("Sec-Fetch-Mode", mode),
            ("Sec-Fetch-Dest", destination),
            ("Referer", server.ToString()),
        ]);

    static HttpRequestMessage With(HttpRequestMessage request, params (string Header, string Value)[] headers)
    {
        foreach (var (header, value) in ofAll.Concat(headers))
        {
            request.Headers.TryAddWithoutValidation(header, value);
        }
        return request;
    }
}
