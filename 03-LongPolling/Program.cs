var builder = WebApplication.CreateBuilder(args);
builder.AddChatDefaults();

var app = builder.Build();
app.UseChatDefaults(); // also serves the page

var log = new MessageLog();
var signal = new Signal();

// A CancellationToken is C#'s AbortSignal. Ctrl+C cancels this one.
var stopping = app.Lifetime.ApplicationStopping;

// How long the server keeps a request: less than the 60 s after which many proxies give up. To try
// another time: --HoldSeconds 5
var hold = TimeSpan.FromSeconds(app.Configuration.GetValue("HoldSeconds", 30.0));

// The framework fills the parameters. A number or a string comes from the URL: /messages?after=5
// What is returned goes out as JSON.
// Task<IResult>: Ok and NoContent are two types, and both are an IResult. clientLeft is cancelled
// by the framework when the client has left.
app.MapGet("/messages", async Task<IResult> (CancellationToken clientLeft, long after = 0) =>
{
    // First the promise, which signal.Set() resolves, then the log: a message that is stored after
    // this look at the log still resolves it. In the other order, one that is stored in between
    // would not wake us.
    var somethingNew = signal.Next;
    var messages = log.After(after);
    if (messages.Count == 0)
    {
        // Cancelled when the client leaves or the server stops: either ends the wait as well.
        // "using" disposes of it after the block, or stopping would keep a link to each request.
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(clientLeft, stopping);
        await signal.Wait(somethingNew, hold, ending.Token);
        messages = log.After(after);
    }

    // 204 is an answer without a body: nothing new. If the client has left, nobody reads it.
    return messages.Count > 0 ? TypedResults.Ok(messages) : TypedResults.NoContent();
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
    return TypedResults.Created($"/messages?after={stored.Id - 1}", stored);
});

// For anyone who wants to know what the server holds. The page does not ask.
app.MapGet("/stats", () => new
{
    messages = log.Count,
    connections = signal.Waiting, // a request that waits holds one
});

app.RunChat();
