var builder = WebApplication.CreateBuilder(args);
builder.AddChatDefaults();

var app = builder.Build();
app.UseChatDefaults();

var log = new MessageLog();
var signal = new Signal();
var stopping = app.Lifetime.ApplicationStopping;

// Shorter than the 60 s after which many proxies give up. To try another: --HoldSeconds 5
var hold = TimeSpan.FromSeconds(app.Configuration.GetValue("HoldSeconds", 30.0));

// Task<IResult>, because there are two kinds of answers.
app.MapGet("/messages", async Task<IResult> (CancellationToken clientLeft, long after = 0) =>
{
    // Take the promise before reading the log: a message stored after the reading resolves it.
    // The other way round, a message stored in between would wake nobody.
    var somethingNew = signal.Next;
    var messages = log.After(after);
    if (messages.Count == 0)
    {
        // Like AbortSignal.any([clientLeft, stopping]): either of the two ends the wait as well.
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(clientLeft, stopping);
        await signal.Wait(somethingNew, hold, ending.Token);
        messages = log.After(after);
    }
    return messages.Count > 0 ? TypedResults.Ok(messages) : TypedResults.NoContent();
});

// The message comes from the body, as JSON. AddValidation() has checked it.
app.MapPost("/messages", (NewMessage message) =>
{
    app.Logger.LogInformation("{Waiting} clients waiting", signal.Waiting);
    var stored = log.Add(new Message(message), out var isNew);
    if (isNew)
    {
        signal.Set();
        app.Logger.LogInformation("{User}: {Text}", stored.User, stored.Text);
    }
    return TypedResults.Created($"/messages?after={stored.Id - 1}", stored);
});

// For who wants to know what the server holds: the page does not ask.
app.MapGet("/stats", () => new { messages = log.Count, connections = signal.Waiting });

app.RunChat();
