using System.ComponentModel.DataAnnotations;
using System.Net.WebSockets;
using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddValidation().AddProblemDetails().Configure<HostOptions>(builder.Configuration.GetSection("Host"));
builder.WebHost.ConfigureKestrel(kestrel => builder.Configuration.GetSection("Kestrel").Bind(kestrel));
builder.WebHost.UseSockets(sockets => sockets.UnsafePreferInlineScheduling = true); // or an abort overtakes its close frame

var app = builder.Build();
app.UseStatusCodePages().Use((context, next) =>
{
    if (context.Request.HasJsonContentType()) context.Request.ContentType = "application/json"; // an unknown charset would end in a 500
    context.Response.Headers.CacheControl = "no-store"; // or a browser runs the script of another step, cached from this port
    context.Response.Headers.XContentTypeOptions = "nosniff";
    context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; script-src 'self'; connect-src 'self'; img-src data:; " +
        "style-src 'sha256-QCjPnw1NwCoZyGjXTNTOOabObz13YSmgyfWTuDqhz1I='; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    return next(context);
});

var log = new MessageLog();
var connections = new List<string>(); // the name of each
var users = Array.Empty<string>(); // who is online, as published last
var publishing = false;
var frames = new ConditionalWeakTable<object, byte[]>(); // each made once for all who get the same list
var json = new JsonSerializerOptions(JsonSerializerOptions.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
app.Lifetime.ApplicationStopping.Register(log.Wake);

app.MapGet("/", () => TypedResults.PhysicalFile(Path.GetFullPath("index.html", app.Environment.ContentRootPath), "text/html"));
app.MapGet("/chat.js", () => TypedResults.PhysicalFile(Path.GetFullPath("chat.js", app.Environment.ContentRootPath), "text/javascript"));

app.UseWebSockets(new() { KeepAliveInterval = TimeSpan.FromSeconds(15), KeepAliveTimeout = TimeSpan.FromSeconds(15) });
app.Map("/ws", async Task<IResult> (HttpContext context, // Map, not MapGet: over HTTP/2 the handshake is a CONNECT
    [Required, StringLength(50), RegularExpression(@"\P{Cc}*")] string user, [Range(0, 1L << 53)] long after = 0) =>
{
    if (!context.WebSockets.IsWebSocketRequest) return TypedResults.Problem("A WebSocket handshake is required.", statusCode: 400);
    // CORS does not apply to WebSockets: without this check, a page of any origin could connect.
    if (context.Request.Headers.Origin.ToString() is not "" and var origin && !origin.EndsWith($"//{context.Request.Host}"))
        return TypedResults.Problem("A page of another origin may not connect.", statusCode: 403);
    using var socket = await context.WebSockets.AcceptWebSocketAsync();
    await Follow(socket, user.Trim(), after).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // a closed tab throws
    _ = SetOnline(user.Trim(), false);
    return TypedResults.Empty;
});

app.MapGet("/stats", () => new { connections = connections.Count, users });

try { app.Run(); }
catch (IOException unbound)
{
    Console.Error.WriteLine($"{unbound.Message} Stop what runs there, or choose another port: --urls http://localhost:3005");
    Environment.ExitCode = 1;
}

// A name counts once. A list has 500 at most, and waits 250 ms, or 1 ms per client: when a class joins, each gets few of them.
async Task SetOnline(string user, bool online)
{
    lock (connections)
    {
        if (online) connections.Add(user); else connections.Remove(user);
        app.Logger.LogInformation("{User} {Change}, {Online} online", user,
            online ? "connected over WebSocket" : "left", connections.Distinct().Count());
        if (publishing) return;
        publishing = true;
    }
    await Task.Delay(Math.Max(250, connections.Count));
    lock (connections) (users, publishing) = ([.. connections.Distinct().Order(StringComparer.Ordinal).Take(500)], false);
    log.Wake();
}

async Task Follow(WebSocket socket, string user, long cursor)
{
    var shown = users; // the next list is the first with this user
    _ = SetOnline(user, true);
    WebSocketCloseStatus? close = null;
    var receiving = Receive(socket); // a socket takes one receive and one send at a time: both are in this loop
    while (!app.Lifetime.ApplicationStopping.IsCancellationRequested)
    {
        var changed = log.Changed; // taken before reading: what comes after the reading completes it
        if (receiving.IsCompleted)
        {
            (var frame, close) = await receiving;
            if (close is not null) break;
            try { Post(user, frame); }
            catch (Exception bad) when (bad is JsonException or ValidationException) { await Send(socket, "error", bad.Message); }
            receiving = Receive(socket);
        }
        if (log.After(cursor) is { Count: > 0 } batch)
        {
            await Send(socket, "messages", batch);
            cursor = batch[^1].Id;
        }
        if (users != shown) await Send(socket, "users", shown = users);
        await Task.WhenAny(changed, receiving);
    }
    await socket.CloseAsync(close ?? WebSocketCloseStatus.EndpointUnavailable, null, new CancellationTokenSource(1000).Token);
}

// The next message from the client, whole, or the status to close with.
async Task<(ReadOnlyMemory<byte> Frame, WebSocketCloseStatus? Close)> Receive(WebSocket socket)
{
    var received = await socket.ReceiveAsync(Memory<byte>.Empty, default); // waits without holding a buffer
    var message = WebSocketStream.CreateReadableMessageStream(socket); // to dispose of it half read would abort the socket
    var buffer = new byte[16 * 1024 + 1];
    var length = received.EndOfMessage ? 0 : await message.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false);
    return (buffer.AsMemory(0, length),
        received.MessageType == WebSocketMessageType.Close ? WebSocketCloseStatus.NormalClosure :
        received.MessageType == WebSocketMessageType.Binary ? WebSocketCloseStatus.InvalidMessageType :
        length == buffer.Length ? WebSocketCloseStatus.MessageTooBig : null);
}

void Post(string user, ReadOnlyMemory<byte> frame)
{
    if (JsonSerializer.Deserialize<ClientFrame>(frame.Span, json) is not { Type: "message" } content)
        throw new ValidationException("The type of a frame must be \"message\".");
    var message = new NewMessage(user, content.Text);
    Validator.ValidateObject(message, new(message), validateAllProperties: true);
    var stored = log.Add(id => new(id, message.User!, message.Text!, DateTime.UtcNow));
    app.Logger.LogInformation("{User}: {Text}", stored.User, stored.Text);
}

Task Send(WebSocket socket, string type, object content) => socket.SendAsync(frames.GetValue(content, content =>
    JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object> { ["type"] = type, [type] = content }, json)),
    WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);

// Blank is missing. Lengths are in UTF-16 code units, as in the page. No control characters: they could forge a line of the log.
public record NewMessage(string? User, string? Text)
{
    [Required, StringLength(50), RegularExpression(@"\P{Cc}*")] public string? User { get; } = User?.Trim();
    [Required, StringLength(500), RegularExpression(@"\P{Cc}*")] public string? Text { get; } = Text?.Trim();
}

record ClientFrame(string? Type, string? Text);
record Message(long Id, string User, string Text, DateTime Timestamp);

// The newest 1,000 messages, oldest first. A cursor from before them, or ahead of them (a clock was set back), gets them all.
class MessageLog
{
    private readonly List<Message> _messages = [];
    private long _lastId = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(); // the clock, so that ids grow across a restart
    private (long After, List<Message> Messages) _batch = (-1, []);
    private volatile TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Changed => _changed.Task; // completes at the next change
    public void Wake() => Interlocked.Exchange(ref _changed, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();

    public Message Add(Func<long, Message> create)
    {
        lock (_messages)
        {
            if (_messages.Count == 1000) _messages.RemoveAt(0);
            _messages.Add(create(++_lastId));
            _batch = (-1, []);
            Wake();
            return _messages[^1];
        }
    }

    public List<Message> After(long id)
    {
        lock (_messages)
        {
            var seen = id > _lastId ? 0 : Math.Max(0, _messages.Count - (_lastId - id));
            if (_batch.After != id) _batch = (id, _messages[(int)seen..]); // one list for all who wait at the same cursor
            return _batch.Messages;
        }
    }
}
