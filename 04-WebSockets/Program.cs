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
    // A ping about every 30 s: a client that does not answer within another 30 s is gone.
    KeepAliveInterval = TimeSpan.FromSeconds(30),
    KeepAliveTimeout = TimeSpan.FromSeconds(30),
});

var log = new MessageLog();
var signal = new Signal();
var stopping = app.Lifetime.ApplicationStopping; // a CancellationToken: Ctrl+C cancels it

// Each frame is made once, for all clients. New here: who is online. The open connections tell.
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

    // No "using": Dispose() could cut the connection while our close frame is still in a buffer.
    // When this function returns, the framework closes the connection in order.
    var socket = await context.WebSockets.AcceptWebSocketAsync();
    var name = user.Trim();
    presence.Enter(name);
    try
    {
        await Chat(socket, name, cursor: after);
    }
    finally
    {
        presence.Leave(name);
    }
    return TypedResults.Empty; // the answer was the 101 of the handshake
});

// For anyone who wants to know what the server holds. The page does not ask.
app.MapGet("/stats", () => new
{
    messages = log.Count,
    connections = presence.Connections,
    users = presence.Names,
});

app.RunChat();

// Reads and writes at the same time. A socket takes one reader and one writer, not more.
async Task Chat(WebSocket socket, string name, long cursor)
{
    // Cancelled when the server stops, or by CancelAsync() below.
    using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping);
    try
    {
        // Neither a receive nor a send has a token: one that is cancelled cuts the connection, and
        // no close frame could follow. Write() looks at its token between two sends.
        var reading = Read(socket, name); // until the client closes, or breaks a rule
        var writing = Write(socket, cursor, ending.Token);
        await Task.WhenAny(reading, writing); // does not throw: a task throws where it is awaited

        // There is one writer only: Write() has to end before the close frame is sent.
        await ending.CancelAsync();
        await writing;

        // CloseOutputAsync sends our close frame. CloseAsync also reads until the client's has
        // come: not possible when the server stops, as Read() still reads. Read() then ends with
        // the connection. Nobody awaits it, so its exception is ignored.
        if (stopping.IsCancellationRequested)
        {
            var status = WebSocketCloseStatus.EndpointUnavailable;
            await socket.CloseOutputAsync(status, "The server stops.", CancellationToken.None);
        }
        else
        {
            var closing = await reading;
            await socket.CloseAsync(closing.Status, closing.Reason, CancellationToken.None)
                .WaitAsync(TimeSpan.FromSeconds(1));
        }
    }
    catch (Exception exception) when (exception is WebSocketException or OperationCanceledException)
    {
        // WebSocketException: the client is gone without a close frame, or broke the protocol.
        // OperationCanceledException: it has not answered a ping, and the framework has cut the
        // connection. It is not from "ending": that ends Write() without an exception.
    }
    catch (TimeoutException)
    {
        socket.Abort(); // the client does not read, or does not answer the close frame
    }
}

// Sends what comes after the cursor, as it comes.
async Task Write(WebSocket socket, long cursor, CancellationToken ending)
{
    byte[]? shownUsers = null; // the list that the client has
    while (!ending.IsCancellationRequested)
    {
        // First the promise, then the log: a message that is stored after this look at the log
        // still resolves the promise. In the other order, a message stored in between would wake
        // nobody.
        var somethingNew = signal.Next;

        var users = presence.Newest;
        if (users != null && users != shownUsers) // another array: a new list
        {
            await Send(socket, users);
            shownUsers = users;
        }

        var batch = batches.After(cursor);
        if (batch != null)
        {
            await Send(socket, batch.Bytes);
            cursor = batch.LastId;
        }
        else
        {
            await signal.Wait(somethingNew, Timeout.InfiniteTimeSpan, ending);
        }
    }
}

// A send waits while the buffers on the way are full. A client that does not read for 30 s is
// let go.
async Task Send(WebSocket socket, byte[] frame)
{
    var sending = socket.SendAsync(
        frame, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
    await sending.WaitAsync(TimeSpan.FromSeconds(30));
}

// Stores what the client sends, until it closes or breaks a rule. Returns how to close then.
async Task<Closing> Read(WebSocket socket, string name)
{
    while (true)
    {
        var received = await Receive(socket);
        if (received.Closing != null)
        {
            return received.Closing;
        }

        var problem = Store(name, received.Json);
        if (problem != null)
        {
            return new Closing(WebSocketCloseStatus.PolicyViolation, problem);
        }
    }
}

// Receives one message. It may come in several pieces.
async Task<Received> Receive(WebSocket socket)
{
    const int MaxBytes = 4096; // 500 characters take 3,000 bytes, if each is written as \uXXXX

    // Memory is a view of an array. The first receive, into an empty one, only waits until
    // something comes. The buffer is made after that: so a silent client costs no 4 KB.
    var buffer = Memory<byte>.Empty;
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
            return new Received(buffer[..length].ToArray());
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
string? Store(string name, byte[] json)
{
    ClientFrame? frame;
    try
    {
        frame = Json.Read<ClientFrame>(json);
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
    var message = new NewMessage { User = name, Text = frame.Text ?? "", Key = frame.Key };
    var problems = new List<ValidationResult>();
    var context = new ValidationContext(message);
    if (!Validator.TryValidateObject(message, context, problems, validateAllProperties: true))
    {
        return problems[0].ErrorMessage;
    }

    var stored = log.Add(new Message(message), out var isNew);
    if (isNew)
    {
        signal.Set();
        app.Logger.LogInformation("{User}: {Text}", stored.User, stored.Text);
    }
    return null;
}

byte[] Frame(object content) => Encoding.UTF8.GetBytes(Json.Write(content));

// Only browsers send an Origin. Only its host counts: behind a proxy, the page may have come by
// https, and this request by http.
bool IsSameOrigin(HttpRequest request)
{
    var origin = request.Headers.Origin.ToString();
    var sameHost = $"://{request.Host}";
    return origin == "" || origin.EndsWith(sameHost, StringComparison.OrdinalIgnoreCase);
}

record ClientFrame(string? Type, string? Text, string? Key);

record Closing(WebSocketCloseStatus Status, string Reason);

// Either a message, or how to close.
record Received(byte[] Json, Closing? Closing = null)
{
    public static Received End(WebSocketCloseStatus status, string reason)
    {
        return new Received([], new Closing(status, reason));
    }
}
