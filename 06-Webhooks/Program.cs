using System.ComponentModel.DataAnnotations;
using System.Text;

var builder = WebApplication.CreateBuilder(args);
builder.AddChatDefaults();

var app = builder.Build();
app.UseChatDefaults();

var log = new MessageLog();
var signal = new Signal();
var stopping = app.Lifetime.ApplicationStopping;
var batches = new Batches(log, messages => Event("messages", messages, messages[^1].Id));
var presence = new Presence(signal, app.Logger, users => Event("users", users));
var heartbeat = TimeSpan.FromSeconds(app.Configuration.GetValue("HeartbeatSeconds", 15.0));

var guard = new AddressGuard(app.Configuration["WebhookHosts"]);
var timeout = TimeSpan.FromSeconds(app.Configuration.GetValue("TimeoutSeconds", 15.0));
var firstPause = TimeSpan.FromSeconds(app.Configuration.GetValue("RetrySeconds", 1.0));
using var http = guard.CreateClient(timeout);
var panel = new WebhookPanel(signal, app.Logger, lines => Event("webhooks", lines));
var sender = new WebhookSender(log, signal, http, panel, firstPause);
var subscriptions = new Subscriptions(log, guard, sender, app.Logger, stopping);
var receiver = new WebhookReceiver(log, signal, guard, http, subscriptions, panel);

app.MapGet("/events", async (
    HttpContext context,
    [Required, StringLength(50), NoControlCharacters] string user,
    string? after) =>
{
    // After a lost connection, the browser says by itself which id it has seen last. What is no
    // number means from the start: an EventSource that gets an error stops for good.
    var lastEventId = context.Request.Headers["Last-Event-ID"].FirstOrDefault();
    long.TryParse(lastEventId ?? after, out var cursor);

    context.Response.ContentType = "text/event-stream";
    context.Response.Headers["X-Accel-Buffering"] = "no"; // or nginx keeps events back
    var name = user.Trim();
    presence.Enter(name);
    try
    {
        await Write(context, cursor);
    }
    finally
    {
        presence.Leave(name);
    }
});

app.MapPost("/messages", (NewMessage message) =>
{
    var stored = log.Add(new Message(message));
    signal.Set();
    app.Logger.LogInformation("{User}: {Text}", stored.User, stored.Text);
    return TypedResults.Created($"/events?after={stored.Id - 1}", stored);
});

// Sending: another server subscribes to this one.
app.MapPost("/webhooks", (OtherServer other) => subscriptions.Create(other.Url));
app.MapGet("/webhooks", () => subscriptions.List());
app.MapPost("/webhooks/{id}/resume", (string id) => subscriptions.Resume(id));
app.MapDelete("/webhooks/{id}", (string id) => subscriptions.Delete(id));

// Receiving: this server subscribes to another one, whose messages then come to /webhook.
app.MapPost("/sources", (OtherServer other, HttpRequest request) =>
    receiver.SubscribeTo(other.Url, request));
app.MapPost("/webhook", (HttpRequest request) => receiver.Receive(request));

app.MapGet("/stats", () => new
{
    messages = log.Count,
    connections = presence.Connections,
    users = presence.Names,
    subscriptions = subscriptions.Count,
});

app.RunChat();

// Sends what comes after the cursor, as it comes.
async Task Write(HttpContext context, long cursor)
{
    // The client leaves, or the server stops.
    var left = context.RequestAborted;
    using var ending = CancellationTokenSource.CreateLinkedTokenSource(left, stopping);

    // How many milliseconds the browser waits before it connects again.
    await Send(context, Encoding.UTF8.GetBytes("retry: 1000\n\n"));

    byte[]? shown = null; // the list of users that the client has
    byte[]? shownWebhooks = null;
    while (!ending.IsCancellationRequested)
    {
        // First take the promise, then read the log: what is stored after the reading keeps it.
        var somethingNew = signal.Next;

        var users = presence.Frame;
        if (users != null && users != shown)
        {
            await Send(context, users);
            shown = users;
        }

        var webhooks = panel.Frame;
        if (webhooks != null && webhooks != shownWebhooks)
        {
            await Send(context, webhooks);
            shownWebhooks = webhooks;
        }

        var batch = batches.After(cursor);
        if (batch != null)
        {
            await Send(context, batch.Frame);
            cursor = batch.LastId;
        }
        else
        {
            var wasSet = await signal.Wait(somethingNew, heartbeat, ending.Token);
            if (!wasSet)
            {
                await Send(context, Event("heartbeat", ""));
            }
        }
    }
}

// A client that does not read for 30 s is let go.
async Task Send(HttpContext context, byte[] frame)
{
    try
    {
        await context.Response.BodyWriter.WriteAsync(frame).AsTask()
            .WaitAsync(TimeSpan.FromSeconds(30));
    }
    catch (TimeoutException)
    {
        context.Abort();
    }
}

// Lines of "field: value", and an empty line that ends the event. JSON has no line breaks.
byte[] Event(string type, object data, long? id = null)
{
    var text = $"event: {type}\ndata: {Json.Write(data)}\n\n";
    if (id != null)
    {
        text = $"id: {id}\n{text}";
    }
    return Encoding.UTF8.GetBytes(text);
}
