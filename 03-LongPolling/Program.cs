var builder = WebApplication.CreateBuilder(args);
builder.AddChatDefaults();

var app = builder.Build();
app.UseChatDefaults();

var log = new MessageLog();
var signal = new Signal();
var stopping = app.Lifetime.ApplicationStopping;

// Shorter than the 60 s after which many proxies give up.
var hold = TimeSpan.FromSeconds(app.Configuration.GetValue("HoldSeconds", 30.0));

app.MapGet("/messages", async Task<IResult> (CancellationToken left, long after = 0) =>
{
    // First take the promise, then read the log: what is stored after the reading keeps it.
    var somethingNew = signal.Next;
    var messages = log.After(after);
    if (messages.Count == 0)
    {
        // The wait also ends when the client has left, and when the server stops.
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(left, stopping);
        await signal.Wait(somethingNew, hold, ending.Token);
        messages = log.After(after);
    }
    return messages.Count > 0 ? TypedResults.Ok(messages) : TypedResults.NoContent();
});

app.MapPost("/messages", (NewMessage message) =>
{
    app.Logger.LogInformation("{Waiting} clients waiting", signal.Waiting);
    var stored = log.Add(new Message(message));
    signal.Set();
    app.Logger.LogInformation("{User}: {Text}", stored.User, stored.Text);
    return TypedResults.Created($"/messages?after={stored.Id - 1}", stored);
});

app.MapGet("/stats", () => new { messages = log.Count, connections = signal.Waiting });

app.RunChat();
