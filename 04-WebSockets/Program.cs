using System.ComponentModel.DataAnnotations;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

var builder = WebApplication.CreateBuilder(args);
builder.AddChatDefaults();

var app = builder.Build();
app.UseChatDefaults();
app.UseWebSockets(new WebSocketOptions
{
    // A ping every 30 s: a client that does not answer within another 30 s is gone.
    KeepAliveInterval = TimeSpan.FromSeconds(30),
    KeepAliveTimeout = TimeSpan.FromSeconds(30),
});

var log = new MessageLog();
var signal = new Signal();
var stopping = app.Lifetime.ApplicationStopping;
var batches = new Batches(log, messages => Frame(new { type = "messages", messages }));
var presence = new Presence(signal, app.Logger, users => Frame(new { type = "users", users }));

// Map, not MapGet: over HTTP/2 the handshake is not a GET but a CONNECT.
app.Map("/ws", async Task<IResult> (
    HttpContext context,
    [Required, StringLength(50), NoControlCharacters] string user,
    long after = 0) =>
{
    if (!context.WebSockets.IsWebSocketRequest)
    {
        return TypedResults.Problem("A WebSocket handshake is required.", statusCode: 400);
    }

    // CORS does not apply to WebSockets: without this check, a page of any site could connect.
    if (!IsSameOrigin(context.Request))
    {
        return TypedResults.Problem("A page of another origin may not connect.", statusCode: 403);
    }

    // Not disposed of here: that could overtake a close frame that is on its way.
    var socket = await context.WebSockets.AcceptWebSocketAsync();
    var name = user.Trim();
    presence.Enter(name);
    try
    {
        await Chat(socket, name, after);
    }
    finally
    {
        presence.Leave(name);
    }
    return TypedResults.Empty;
});

app.MapGet("/stats", () => new
{
    messages = log.Count,
    connections = presence.Connections,
    users = presence.Names,
});

app.RunChat();

// Two loops at the same time, because a socket takes one reader and one writer.
async Task Chat(WebSocket socket, string user, long cursor)
{
    using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping);
    try
    {
        var reading = Read(socket, user); // until the client closes
        var writing = Write(socket, cursor, ending.Token); // until the server stops
        await Task.WhenAny(reading, writing);
        await ending.CancelAsync();
        await writing;

        if (stopping.IsCancellationRequested)
        {
            var status = WebSocketCloseStatus.EndpointUnavailable;
            await socket.CloseOutputAsync(status, "The server stops.", CancellationToken.None);
        }
        else
        {
            var closing = await reading;
            await socket.CloseAsync(closing.Status, closing.Reason, CancellationToken.None)
                .WaitAsync(TimeSpan.FromSeconds(1)); // for the client's close frame
        }
    }
    catch (WebSocketException)
    {
        // The tab was closed without a close frame, or the client broke the protocol.
    }
    catch (TimeoutException)
    {
        socket.Abort();
    }
}

// Sends what comes after the cursor, as it comes.
async Task Write(WebSocket socket, long cursor, CancellationToken ending)
{
    byte[]? shown = null; // the list of users that the client has
    while (!ending.IsCancellationRequested)
    {
        // First take the promise, then read the log: what is stored after the reading keeps it.
        var somethingNew = signal.Next;

        var users = presence.Frame;
        if (users != null && users != shown)
        {
            await Send(socket, users);
            shown = users;
        }

        var batch = batches.After(cursor);
        if (batch != null)
        {
            await Send(socket, batch.Frame);
            cursor = batch.LastId;
        }
        else
        {
            await signal.Wait(somethingNew, Timeout.InfiniteTimeSpan, ending);
        }
    }
}

// A client that does not read for 30 s is let go.
async Task Send(WebSocket socket, byte[] frame)
{
    await socket.SendAsync(frame, WebSocketMessageType.Text, true, CancellationToken.None)
        .WaitAsync(TimeSpan.FromSeconds(30));
}

// Stores what the client sends, until it closes or breaks a rule. Returns how to close then.
async Task<Closing> Read(WebSocket socket, string user)
{
    while (true)
    {
        var received = await Receive(socket);
        if (received.Closing != null)
        {
            return received.Closing;
        }

        var problem = Store(user, received.Text);
        if (problem != null)
        {
            return new Closing(WebSocketCloseStatus.PolicyViolation, problem);
        }
    }
}

// Receives one message, which may come in several pieces.
async Task<Received> Receive(WebSocket socket)
{
    const int MaxBytes = 4096; // 500 characters take 3,000 bytes, if each is written as \uXXXX
    var buffer = Memory<byte>.Empty; // a client that sends nothing holds no memory
    var length = 0;
    while (true)
    {
        var piece = await socket.ReceiveAsync(buffer[length..], CancellationToken.None);
        length += piece.Count;
        if (piece.MessageType == WebSocketMessageType.Close)
        {
            return Received.End(WebSocketCloseStatus.NormalClosure, "");
        }
        if (piece.MessageType == WebSocketMessageType.Binary)
        {
            return Received.End(WebSocketCloseStatus.InvalidMessageType, "Only text, please.");
        }
        if (piece.EndOfMessage)
        {
            return new Received(buffer[..length]);
        }
        if (length == MaxBytes)
        {
            return Received.End(WebSocketCloseStatus.MessageTooBig, "At most 4,096 bytes.");
        }
        if (buffer.IsEmpty)
        {
            buffer = new byte[MaxBytes];
        }
    }
}

// Returns what is wrong with the message, or null if it is stored.
string? Store(string user, ReadOnlyMemory<byte> text)
{
    ClientFrame? frame;
    try
    {
        frame = Json.Read<ClientFrame>(text.Span);
    }
    catch (JsonException)
    {
        return "A frame must be JSON.";
    }
    if (frame?.Type != "message")
    {
        return "The type of a frame must be \"message\".";
    }

    // Here the framework does not validate: it knows nothing of frames.
    var message = new NewMessage { User = user, Text = frame.Text ?? "", Key = frame.Key };
    var problems = new List<ValidationResult>();
    var context = new ValidationContext(message);
    if (!Validator.TryValidateObject(message, context, problems, validateAllProperties: true))
    {
        return problems[0].ErrorMessage;
    }

    var stored = log.Add(new Message(message));
    signal.Set();
    app.Logger.LogInformation("{User}: {Text}", stored.User, stored.Text);
    return null;
}

byte[] Frame(object content) => Encoding.UTF8.GetBytes(Json.Write(content));

// Only browsers send an Origin. Its scheme may be that of a proxy before this server.
bool IsSameOrigin(HttpRequest request)
{
    var origin = request.Headers.Origin.ToString();
    var sameHost = $"://{request.Host}";
    return origin == "" || origin.EndsWith(sameHost, StringComparison.OrdinalIgnoreCase);
}

record ClientFrame(string? Type, string? Text, string? Key);

record Closing(WebSocketCloseStatus Status, string Reason);

record Received(ReadOnlyMemory<byte> Text, Closing? Closing = null)
{
    public static Received End(WebSocketCloseStatus status, string reason)
    {
        return new Received(Text: default, new Closing(status, reason));
    }
}
