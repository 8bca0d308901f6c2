using System.ComponentModel.DataAnnotations;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddValidation().AddProblemDetails().Configure<HostOptions>(builder.Configuration.GetSection("Host"));
builder.WebHost.ConfigureKestrel(kestrel => builder.Configuration.GetSection("Kestrel").Bind(kestrel));

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
var heartbeat = TimeSpan.FromSeconds(app.Configuration.GetValue("HeartbeatSeconds", 15.0));
app.Lifetime.ApplicationStopping.Register(log.Wake);

app.MapGet("/", () => TypedResults.PhysicalFile(Path.GetFullPath("index.html", app.Environment.ContentRootPath), "text/html"));
app.MapGet("/chat.js", () => TypedResults.PhysicalFile(Path.GetFullPath("chat.js", app.Environment.ContentRootPath), "text/javascript"));

app.MapGet("/events", (HttpContext context, string? after, [Required, StringLength(50), RegularExpression(@"\P{Cc}*")] string user) =>
{
    // Junk means from the start: an EventSource that gets an error for an answer stops for good.
    _ = long.TryParse(context.Request.Headers["Last-Event-ID"].FirstOrDefault() ?? after, out var cursor);
    context.Response.Headers["X-Accel-Buffering"] = "no"; // or nginx holds events back until its buffer is full
    return TypedResults.ServerSentEvents(Follow(user.Trim(), Math.Max(cursor, 0)));
});

app.MapPost("/messages", (NewMessage message) =>
{
    var stored = log.Add(id => new(id, message.User!, message.Text!, DateTime.UtcNow));
    app.Logger.LogInformation("{User}: {Text}", stored.User, stored.Text);
    return TypedResults.Created($"/events?after={stored.Id - 1}", stored);
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
            online ? "connected over SSE" : "left", connections.Distinct().Count());
        if (publishing) return;
        publishing = true;
    }
    await Task.Delay(Math.Max(250, connections.Count));
    lock (connections) (users, publishing) = ([.. connections.Distinct().Order(StringComparer.Ordinal).Take(500)], false);
    log.Wake();
}

async IAsyncEnumerable<SseItem<byte[]>> Follow(string user, long cursor, [EnumeratorCancellation] CancellationToken left = default)
{
    var shown = users; // the next list is the first with this user
    _ = SetOnline(user, true);
    try
    {
        yield return new(Data(""), "heartbeat") { ReconnectionInterval = TimeSpan.FromSeconds(1) }; // the headers leave with it
        while (!left.IsCancellationRequested && !app.Lifetime.ApplicationStopping.IsCancellationRequested)
        {
            var changed = log.Changed; // taken before reading: what comes after the reading completes it
            while (log.After(cursor) is { Count: > 0 } batch) // 50 at most: each client has a copy of an event while it is sent
                yield return new(Data(batch.Count > 50 ? batch = batch[..50] : batch), "messages") { EventId = $"{cursor = batch[^1].Id}" };
            if (users != shown) yield return new(Data(shown = users), "users");
            await changed.WaitAsync(heartbeat, left).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!changed.IsCompleted) yield return new(Data(""), "heartbeat"); // only writing shows that a client is gone
        }
    }
    finally { _ = SetOnline(user, false); }
}

byte[] Data(object list) => frames.GetValue(list, list => JsonSerializer.SerializeToUtf8Bytes(list, json));

// Blank is missing. Lengths are in UTF-16 code units, as in the page. No control characters: they could forge a line of the log.
public record NewMessage(string? User, string? Text)
{
    [Required, StringLength(50), RegularExpression(@"\P{Cc}*")] public string? User { get; } = User?.Trim();
    [Required, StringLength(500), RegularExpression(@"\P{Cc}*")] public string? Text { get; } = Text?.Trim();
}

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
