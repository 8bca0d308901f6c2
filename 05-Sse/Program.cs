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

app.MapGet("/stats", () => new
{
    messages = log.Count,
    connections = presence.Connections,
    users = presence.Names,
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
