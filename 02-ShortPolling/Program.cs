var builder = WebApplication.CreateBuilder(args);
builder.AddChatDefaults();

var app = builder.Build();
app.UseChatDefaults();

var log = new MessageLog();

app.MapGet("/messages", (long after = 0) => TypedResults.Ok(log.After(after)));

app.MapPost("/messages", (NewMessage message) =>
{
    var stored = log.Add(new Message(message));
    app.Logger.LogInformation("{User}: {Text}", stored.User, stored.Text);
    return TypedResults.Created($"/messages?after={stored.Id - 1}", stored);
});

app.MapGet("/stats", () => new { messages = log.Count });

app.RunChat();
