using System.ComponentModel.DataAnnotations;
using System.Text;

var builder = WebApplication.CreateBuilder(args);
builder.AddChatDefaults();

var app = builder.Build();
app.UseChatDefaults(); // also serves the page

var log = new MessageLog();
var signal = new Signal();

// A CancellationToken is C#'s AbortSignal. Ctrl+C cancels this one.
var stopping = app.Lifetime.ApplicationStopping;

// A heartbeat shows the page that the connection lives: after 40 s without any event, the page
// connects anew. To try another time: --HeartbeatSeconds 5
var heartbeat = TimeSpan.FromSeconds(app.Configuration.GetValue("HeartbeatSeconds", 15.0));

// An event is some lines of text, made by ToEvent() below. Each batch of messages is
// made once, for all who need it. Only messages have an id: it is the cursor.
var batches = new Batches(log, messages => ToEvent("messages", messages, messages.Last().Id));

// Who is online: the users with an open connection.
var presence = new Presence(signal, app.Logger, users => ToEvent("users", users));

// A webhook is a POST from one server to another. The parts of Webhooks/: guard knows whom we may
// call, history what has happened; sender sends to subscriptions, and receiver takes what comes.
// Their settings: --WebhookHosts "chat.example" --TimeoutSeconds 2 --RetrySeconds 0.1
var guard = new AddressGuard(app.Configuration["WebhookHosts"]);
var timeout = TimeSpan.FromSeconds(app.Configuration.GetValue("TimeoutSeconds", 15.0));
var firstPause = TimeSpan.FromSeconds(app.Configuration.GetValue("RetrySeconds", 1.0));
using var http = guard.CreateClient(timeout);
var history = new WebhookHistory(signal, app.Logger, lines => ToEvent("webhooks", lines));
var sender = new WebhookSender(log, signal, http, history, firstPause);
var subscriptions = new Subscriptions(log, guard, sender, app.Logger, stopping);
var receiver = new WebhookReceiver(
    log, signal, guard, http, subscriptions, history, stopping);

app.MapGet("/events", async (
    HttpContext context,
    [NotBlank, StringLength(50), PlainName] string user,
    CancellationToken clientLeft,
    string? after) =>
{
    // After a lost connection, the browser connects again and says which id it has seen last. What
    // is no number makes the cursor 0. (If "after" were a long, the framework would answer it with
    // 400, and after an error an EventSource does not connect again.)
    var lastEventId = context.Request.Headers["Last-Event-ID"].FirstOrDefault();
    long.TryParse(lastEventId ?? after, out var cursor);

    // Nothing is returned: SendNews() writes the answer, piece by piece. The status, 200, and the
    // headers go out with the first piece.
    context.Response.ContentType = "text/event-stream";
    context.Response.Headers["X-Accel-Buffering"] = "no"; // or nginx keeps events back
    var name = user.Trim();
    presence.Enter(name);

    // Cancelled when the client leaves or the server stops: either ends the wait as well.
    // "using" disposes of it after the block, or stopping would keep a link to each request.
    using var ending = CancellationTokenSource.CreateLinkedTokenSource(clientLeft, stopping);
    try
    {
        await SendNews(context, cursor, ending.Token);
    }
    catch (TimeoutException)
    {
        // The client does not read. (One that is gone needs no catch: what is written to it is
        // dropped without an exception, and clientLeft ends SendNews().)
        context.Abort();
    }
    finally
    {
        presence.Leave(name);
    }
});

// The message comes from the body, as JSON, and is checked by its rules in Messages.cs: or 400.
app.MapPost("/messages", (NewMessage message) =>
{
    var stored = log.Add(new Message(message), out var isNew);
    if (isNew)
    {
        signal.Set();
        // No $ before the text: the logger itself puts the values in.
        app.Logger.LogInformation("{User}: {Text}", stored.User, stored.Text);
    }
    // 201, and a header Location: the URL whose first message is this one.
    var name = Uri.EscapeDataString(stored.User);
    return TypedResults.Created($"/events?user={name}&after={stored.Id - 1}", stored);
});

// The sending side. POST /webhooks: another server subscribes to this one.
app.MapPost("/webhooks", (OtherServer other) => subscriptions.Create(other.Url));

// The next three are for you, by curl. In production, only the subscriber may use them.
app.MapGet("/webhooks", () => subscriptions.List());
app.MapPost("/webhooks/{id}/resume", (string id) => subscriptions.Resume(id));
app.MapDelete("/webhooks/{id}", (string id) => subscriptions.Delete(id));

// The receiving side. POST /sources: the page tells this server to subscribe to another one, by
// POST /webhooks there. From the request, it knows its own URL.
app.MapPost("/sources", (OtherServer other, HttpRequest request) =>
    receiver.SubscribeTo(other.Url, request));

// POST /webhook: the other server brings its messages.
app.MapPost("/webhook", (HttpRequest request) => receiver.Receive(request));

// For anyone who wants to know what the server holds. The page does not ask.
app.MapGet("/stats", () => new
{
    messages = log.Count,
    connections = presence.Connections,
    users = presence.Names,
    subscriptions = subscriptions.Count,
});

app.RunChat();

// Sends what comes after the cursor, as it comes.
async Task SendNews(HttpContext context, long cursor, CancellationToken ending)
{
    // How many milliseconds the browser waits before it connects again.
    await Send(context, Encoding.UTF8.GetBytes("retry: 1000\n\n"));

    byte[]? shownUsers = null; // the list that the client has
    byte[]? shownWebhooks = null;

    // First the promise, which signal.Set() resolves, then the log: a message that is stored after
    // this look at the log still resolves it. In the other order, one that is stored in between
    // would not wake us.
    while (!ending.IsCancellationRequested)
    {
        var somethingNew = signal.Next;

        var users = presence.Newest;
        if (users != null && users != shownUsers) // another array: a new list
        {
            await Send(context, users);
            shownUsers = users;
        }

        var webhooks = history.Newest;
        if (webhooks != null && webhooks != shownWebhooks)
        {
            await Send(context, webhooks);
            shownWebhooks = webhooks;
        }

        var batch = batches.After(cursor);
        if (batch != null)
        {
            await Send(context, batch.Bytes);
            cursor = batch.LastId;
        }
        else
        {
            var wasSet = await signal.Wait(somethingNew, heartbeat, ending);
            if (!wasSet && !ending.IsCancellationRequested)
            {
                await Send(context, ToEvent("heartbeat", ""));
            }
        }
    }
}

// A send waits while the buffers on the way are full. A client that does not read for as long as
// two heartbeats is let go.
async Task Send(HttpContext context, byte[] bytes)
{
    // WriteAsync writes and flushes: the bytes leave at once. It returns a ValueTask, and only a
    // Task has WaitAsync: so AsTask.
    var sending = context.Response.BodyWriter.WriteAsync(bytes).AsTask();
    await sending.WaitAsync(2 * heartbeat);
}

// Lines of "field: value", and an empty line that ends the event. The JSON is a single line.
byte[] ToEvent(string type, object data, long? id = null)
{
    var text = $"event: {type}\ndata: {Json.Write(data)}\n\n";
    if (id != null)
    {
        text = $"id: {id}\n{text}";
    }
    return Encoding.UTF8.GetBytes(text);
}
