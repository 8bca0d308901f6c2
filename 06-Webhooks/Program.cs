using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Net.ServerSentEvents;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
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
Subscription[] subscriptions = []; // of other servers to this one
Source[] sources = []; // the servers that this one is subscribed to
string[] webhooks = []; // the newest 10 events of both, for the page
using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, UseCookies = false, ConnectCallback = Connect })
{ Timeout = TimeSpan.FromSeconds(app.Configuration.GetValue("TimeoutSeconds", 15.0)), MaxResponseContentBufferSize = 256 * 1024 };
app.Use(async (context, next) =>
{
    try { await next(context); }
    catch (BadHttpRequestException bad) { await Results.Problem(bad.Message, statusCode: bad.StatusCode).ExecuteAsync(context); }
    catch (JsonException bad) { await Results.Problem(bad.Message, statusCode: 400).ExecuteAsync(context); }
});

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

app.MapPost("/webhooks", (Endpoint endpoint) =>
{
    var to = new Subscription($"{Guid.NewGuid():N}", Check(endpoint.Url));
    lock (connections) subscriptions = subscriptions.Length < 20 ? [.. subscriptions, to] : throw new BadHttpRequestException("At most 20.", 409);
    _ = Deliver(to, log.After(0).LastOrDefault()?.Id ?? 0);
    return TypedResults.Created($"/webhooks/{to.Id}", new { to.Id, to.Url, to.Secret });
});
app.MapGet("/webhooks", () => subscriptions);
app.MapDelete("/webhooks/{id}", (string id) => { Remove(Find(id)); return TypedResults.NoContent(); });
app.MapPost("/webhooks/{id}/redeliver", (string id) => { Nudge(Find(id)); return TypedResults.Accepted("/webhooks"); });

app.MapPost("/sources", async (Endpoint server, HttpRequest request, CancellationToken left) => // subscribes this server there
{
    var address = new Uri(Check(server.Url), "/webhooks");
    if (address.IsLoopback && address.Port == request.Host.Port) throw new BadHttpRequestException("That is this server itself.");
    try
    {
        if ((await http.GetFromJsonAsync<Source[]>(address, left))!.Any(other => sources.Any(known => known.Id == other.Id)))
            throw new BadHttpRequestException("This server is subscribed there already.", 409);
        using var answer = await http.PostAsJsonAsync(address, new Endpoint($"{request.Scheme}://{request.Host}/webhook"), left);
        var source = (await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<Source>(left))! with { Name = address.Authority };
        Sign(source.Secret, "", "", []); // throws now, not at each delivery, if there is no secret or it is none
        lock (connections) sources = [.. sources.Where(other => other.Name != source.Name).TakeLast(19), source];
    }
    catch (Exception bad) when (bad is not BadHttpRequestException) { throw new BadHttpRequestException("No such chat answers there.", 502); }
    Tell($"Subscribed to {address.Authority}");
    return TypedResults.Created(address);
});

app.MapPost("/webhook", async (HttpRequest request, CancellationToken left) =>
{
    using var buffer = new MemoryStream();
    await request.Body.CopyToAsync(buffer, left); // the signature is of the raw bytes
    var (id, timestamp, body) = ($"{request.Headers["webhook-id"]}", $"{request.Headers["webhook-timestamp"]}", buffer.ToArray());
    var signatures = $"{request.Headers["webhook-signature"]}".Split(' ').Select(Encoding.UTF8.GetBytes).ToList();
    var source = sources.FirstOrDefault(source => Encoding.UTF8.GetBytes(Sign(source.Secret, id, timestamp, body)) is var right &&
        signatures.Any(signature => CryptographicOperations.FixedTimeEquals(signature, right)))
        ?? throw new BadHttpRequestException("No server that this one is subscribed to has signed this.", 401);
    if (!long.TryParse(timestamp, out var sent) || DateTimeOffset.UtcNow.ToUnixTimeSeconds() - sent is < -300 or > 300 || id.Length > 256)
        throw new BadHttpRequestException("The timestamp is more than 5 minutes off, or the id longer than 256 characters.");
    if (JsonSerializer.Deserialize<Webhook>(body, json) is not { Type: "messages", Data: { } messages } || !messages.All(message =>
        message is not null && Validator.TryValidateObject(message, new(message), null, validateAllProperties: true)))
        throw new BadHttpRequestException("The body must be of type messages, and its data messages.");
    lock (source.Seen)
    {
        if (source.Seen.Contains(id)) return TypedResults.NoContent(); // the answer to the first delivery was lost
        foreach (var message in messages)
            log.Add(id => new(id, message!.User!, message.Text!, message.Timestamp.ToUniversalTime(), source.Name));
        source.Seen.Enqueue(id);
        if (source.Seen.Count > 1000) source.Seen.Dequeue();
    }
    return TypedResults.NoContent();
});

app.MapGet("/stats", () => new { connections = connections.Count, users, subscriptions = subscriptions.Length });

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
    string[] told = [];
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
            if (webhooks != told) yield return new(Data(told = webhooks), "webhooks");
            await changed.WaitAsync(heartbeat, left).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!changed.IsCompleted) yield return new(Data(""), "heartbeat"); // only writing shows that a client is gone
        }
    }
    finally { _ = SetOnline(user, false); }
}

byte[] Data(object list) => frames.GetValue(list, list => JsonSerializer.SerializeToUtf8Bytes(list, json));

// Sends what is said here, in order, one batch at a time: the cursor moves on when a batch has arrived, and only then.
async Task Deliver(Subscription to, long cursor)
{
    var (body, attempt) = ("", 0); // of the last batch
    while (subscriptions.Contains(to))
    {
        var changed = log.Changed; // taken before reading: what comes after the reading completes it
        if (to.State == "active" && !(to.Again.Wait(0) && body != "")) // else the last batch once more
        {
            // What came by webhook is not sent on, or it would go round in circles. Four messages of the largest are below 16 KB.
            var data = log.After(cursor).Where(message => message.Origin is null).Take(4).ToList();
            if (data.Count == 0) { await changed.WaitAsync(app.Lifetime.ApplicationStopping); continue; }
            body = JsonSerializer.Serialize(new { type = "messages", timestamp = data[^1].Timestamp, data }, json);
            cursor = data[^1].Id;
        }
        var (id, started) = ($"msg_{to.Id}_{cursor}", Environment.TickCount64);
        var (status, result, wait) = await Send(to, id, body);
        var next = app.Configuration.GetValue("RetrySeconds", 1.0) * Math.Pow(2, attempt++) * (1 + Random.Shared.NextDouble() / 4);
        next = attempt > 6 ? -0.001 : Math.Max(next, Math.Min(wait?.TotalSeconds ?? 0, 3600)); // minus a millisecond is for ever
        to.State = status is >= 200 and < 300 ? "active" : status == 410 ? "ended" : attempt > 6 ? "paused" : $"again in {next:0.#} s";
        to.Deliveries = [.. to.Deliveries.TakeLast(9), new(id, attempt, result, Environment.TickCount64 - started)];
        Tell($"POST {to.Url.AbsoluteUri} · attempt {attempt} · {result} · {to.Deliveries[^1].Milliseconds} ms · {to.State}");
        if (to.State == "ended") Remove(to);
        else if (to.State != "active") await to.Again.WaitAsync(TimeSpan.FromSeconds(next), app.Lifetime.ApplicationStopping);
        if (to.State is "active" or "paused") attempt = 0;
    }
}

async Task<(int? Status, string Result, TimeSpan? RetryAfter)> Send(Subscription to, string id, string body)
{
    var timestamp = $"{DateTimeOffset.UtcNow.ToUnixTimeSeconds()}"; // of this attempt; the id is the same for every one
    using var request = new HttpRequestMessage(HttpMethod.Post, to.Url) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
    request.Headers.Add("webhook-id", id);
    request.Headers.Add("webhook-timestamp", timestamp);
    request.Headers.Add("webhook-signature", Sign(to.Secret, id, timestamp, Encoding.UTF8.GetBytes(body)));
    try
    {
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, app.Lifetime.ApplicationStopping);
        var wait = response.Headers.RetryAfter?.Delta ?? response.Headers.RetryAfter?.Date - DateTimeOffset.UtcNow;
        return ((int)response.StatusCode, $"{(int)response.StatusCode}", wait);
    }
    catch (OperationCanceledException) { return (null, "TimeOut", null); } // only its kind is told: a message may quote the other server
    catch (Exception failed) { return (null, $"{(failed as HttpRequestException)?.HttpRequestError ?? HttpRequestError.ConnectionError}", null); }
}

void Tell(string line)
{
    app.Logger.LogInformation("{Webhook}", line);
    lock (connections) webhooks = [.. webhooks.TakeLast(9), line];
    log.Wake();
}

string Sign(string secret, string id, string timestamp, byte[] body) => "v1," + Convert.ToBase64String(HMACSHA256.HashData( // Standard Webhooks 1.0.0
    Convert.FromBase64String(secret["whsec_".Length..]), (byte[])[.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body]));

Subscription Find(string id) => subscriptions.FirstOrDefault(to => to.Id == id) ?? throw new BadHttpRequestException("No such id.", 404);
void Nudge(Subscription to) { if (to.Again.CurrentCount == 0) to.Again.Release(); log.Wake(); }
void Remove(Subscription to) { lock (connections) subscriptions = [.. subscriptions.Where(other => other != to)]; Nudge(to); }

// A name that is not allowed is not even looked up: that can take long, and would tell a stranger which names there are.
Uri Check(string? url) => Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri is { Scheme: "http" or "https", UserInfo: "" }
    && (uri.IsLoopback || Allowed(uri.IdnHost)) ? uri : throw new BadHttpRequestException(
        "The URL must be of http or https, hold no password, and lead to this machine. --WebhookHosts allows other hosts.");
bool Allowed(string host) => app.Configuration["WebhookHosts"]?.Split(';').Contains(host) == true;

// Every connection checks the address itself: since the URL was checked, its name may have come to mean another.
async ValueTask<Stream> Connect(SocketsHttpConnectionContext context, CancellationToken stop)
{
    var addresses = await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, stop);
    if (!addresses.All(IPAddress.IsLoopback) && !Allowed(context.DnsEndPoint.Host)) throw new HttpRequestException("Not this machine.");
    var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    try { await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, stop); }
    catch { socket.Dispose(); throw; }
    return new NetworkStream(socket, ownsSocket: true);
}

// Blank is missing. Lengths are in UTF-16 code units, as in the page. No control characters: they could forge a line of the log.
public record NewMessage(string? User, string? Text)
{
    [Required, StringLength(50), RegularExpression(@"\P{Cc}*")] public string? User { get; } = User?.Trim();
    [Required, StringLength(500), RegularExpression(@"\P{Cc}*")] public string? Text { get; } = Text?.Trim();
}

record Message(long Id, string User, string Text, DateTime Timestamp, string? Origin = null);
public record Endpoint([StringLength(200)] string? Url);
public record Incoming(string? User, string? Text, DateTime Timestamp) : NewMessage(User, Text);
record Webhook(string? Type, Incoming?[]? Data);
record Delivery(string Id, int Attempt, string Result, long Milliseconds);
record Source(string Name, string Id, string Secret) { public readonly Queue<string> Seen = new(); } // the newest 1,000 ids

// Another server that follows the log. Fields, the secret among them, are not serialised.
record Subscription(string Id, Uri Url)
{
    public readonly string Secret = "whsec_" + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
    public readonly SemaphoreSlim Again = new(0); // a redelivery is asked for
    public string State { get; set; } = "active";
    public Delivery[] Deliveries { get; set; } = [];
}

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
