var builder = WebApplication.CreateBuilder(args);
builder.AddChatDefaults();

var app = builder.Build();
app.UseChatDefaults(); // also serves the page

var log = new MessageLog();

// The framework fills the parameters. A number or a string comes from the URL: /messages?after=5
// What is returned goes out as JSON.
app.MapGet("/messages", (long after = 0) => log.After(after));

// The message comes from the body, as JSON, and is checked by its rules in Messages.cs: or 400.
app.MapPost("/messages", (NewMessage message) =>
{
    var stored = log.Add(new Message(message), out var isNew);
    if (isNew)
    {
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
});

app.RunChat();
