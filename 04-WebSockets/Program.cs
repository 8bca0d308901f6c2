using System.ComponentModel.DataAnnotations;
using System.Text;
using System.Text.Json;

var builder = WebApplication.CreateBuilder(args);
builder.AddChatDefaults();

var app = builder.Build();
app.UseChatDefaults(); // also serves the page

var log = new MessageLog();
var signal = new Signal();

// A CancellationToken is C#'s AbortSignal. Ctrl+C cancels this one.
var stopping = app.Lifetime.ApplicationStopping;

// A client that is silent for so long gets a ping; if no pong comes for as long, it is gone.
// To try another time: --HeartbeatSeconds 5
var heartbeat = TimeSpan.FromSeconds(app.Configuration.GetValue("HeartbeatSeconds", 30.0));
app.UseWebSockets(new WebSocketOptions
{
    KeepAliveInterval = heartbeat,
    KeepAliveTimeout = heartbeat,
});

// A WebSocket carries frames. Ours are JSON, made by ToFrame() below. Each batch of messages is
// made once, for all who need it.
var batches = new Batches(log, messages => ToFrame(new { type = "messages", messages }));

// Who is online: the users with an open connection.
var presence = new Presence(signal, app.Logger, users => ToFrame(new { type = "users", users }));

// A WebSocket begins with a request, the handshake. It is a GET; by https and HTTP/2, browsers send
// a CONNECT, another method of HTTP: so this is Map, which takes every method.
app.Map("/ws", async Task<IResult> (
    HttpContext context,
    [NotBlank, StringLength(50), PlainName] string user,
    long after = 0) =>
{
    if (!context.WebSockets.IsWebSocketRequest)
    {
        ChatSocket.AddHandshakeHeaders(context.Response);
        return TypedResults.Problem("A WebSocket handshake is required.", statusCode: 426);
    }

    // The same-origin rule of browsers does not hold for WebSockets: without this check, a page of
    // any site that you visit could connect from your browser.
    if (!ChatSocket.IsSameOrigin(context.Request))
    {
        return TypedResults.Problem("A page of another origin may not connect.", statusCode: 403);
    }

    var socket = await ChatSocket.Accept(context);
    if (socket == null)
    {
        return TypedResults.Problem("The server holds too many connections.", statusCode: 503);
    }

    var name = user.Trim();
    presence.Enter(name);
    try
    {
        // Receives and sends at the same time, until either side ends it. Step 3 needed clientLeft:
        // here the socket itself notices when the client leaves.
        await socket.Run(
            onMessage: json => Store(name, json),
            sendNews: ending => SendNews(socket, after, ending),
            stopping);
    }
    finally
    {
        presence.Leave(name);
    }
    return TypedResults.Empty; // the handshake was the answer
});

// For anyone who wants to know what the server holds. The page does not ask.
app.MapGet("/stats", () => new
{
    messages = log.Count,
    connections = presence.Connections,
    users = presence.Names,
});

app.RunChat();

// Sends what comes after the cursor, as it comes.
async Task SendNews(ChatSocket socket, long cursor, CancellationToken ending)
{
    byte[]? shownUsers = null; // the list that the client has

    // First the promise, which signal.Set() resolves, then the log: a message that is stored after
    // this look at the log still resolves it. In the other order, one that is stored in between
    // would not wake us.
    while (!ending.IsCancellationRequested)
    {
        var somethingNew = signal.Next;

        var users = presence.Newest;
        if (users != null && users != shownUsers) // another array: a new list
        {
            await socket.Send(users);
            shownUsers = users;
        }

        var batch = batches.After(cursor);
        if (batch != null)
        {
            await socket.Send(batch.Bytes);
            cursor = batch.LastId;
        }
        else
        {
            await signal.Wait(somethingNew, Timeout.InfiniteTimeSpan, ending);
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

    // Here the framework does not validate: it knows nothing of frames. Without
    // validateAllProperties, only what is Required (NotBlank is) would be checked.
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
        // No $ before the text: the logger itself puts the values in.
        app.Logger.LogInformation("{User}: {Text}", stored.User, stored.Text);
    }
    return null;
}

byte[] ToFrame(object content) => Encoding.UTF8.GetBytes(Json.Write(content));

record ClientFrame(string? Type, string? Text, string? Key);
