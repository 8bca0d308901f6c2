using System.ComponentModel.DataAnnotations;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddValidation().AddProblemDetails().Configure<HostOptions>(builder.Configuration.GetSection("Host"));
builder.WebHost.ConfigureKestrel(kestrel => builder.Configuration.GetSection("Kestrel").Bind(kestrel));

var app = builder.Build();
app.UseStatusCodePages().Use((context, next) =>
{
    if (context.Request.HasJsonContentType()) context.Request.ContentType = "application/json"; // an unknown charset would end in a 500
    context.Response.Headers.CacheControl = "no-store"; // or a browser runs the script of another step, cached from this port
    context.Response.Headers.XContentTypeOptions = "nosniff";
    context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; script-src 'self'; connect-src 'self'; img-src data:; " +
        "style-src 'sha256-QCjPnw1NwCoZyGjXTNTOOabObz13YSmgyfWTuDqhz1I='; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    return next(context);
});

var log = new MessageLog();

app.MapGet("/", () => TypedResults.PhysicalFile(Path.GetFullPath("index.html", app.Environment.ContentRootPath), "text/html"));
app.MapGet("/chat.js", () => TypedResults.PhysicalFile(Path.GetFullPath("chat.js", app.Environment.ContentRootPath), "text/javascript"));

app.MapGet("/messages", ([Range(0, 1L << 53)] long after = 0) => TypedResults.Ok(log.After(after)));

app.MapPost("/messages", (NewMessage message) =>
{
    var stored = log.Add(id => new(id, message.User!, message.Text!, DateTime.UtcNow));
    app.Logger.LogInformation("{User}: {Text}", stored.User, stored.Text);
    return TypedResults.Created($"/messages?after={stored.Id - 1}", stored);
});

app.MapGet("/stats", () => new { messages = log.After(0).Count });

try { app.Run(); }
catch (IOException unbound)
{
    Console.Error.WriteLine($"{unbound.Message} Stop what runs there, or choose another port: --urls http://localhost:3005");
    Environment.ExitCode = 1;
}

// Blank is missing. Lengths are in UTF-16 code units, as in the page. No control characters: they could forge a line of the log.
public record NewMessage(string? User, string? Text)
{
    [Required, StringLength(50), RegularExpression(@"\P{Cc}*")] public string? User { get; } = User?.Trim();
    [Required, StringLength(500), RegularExpression(@"\P{Cc}*")] public string? Text { get; } = Text?.Trim();
}

record Message(long Id, string User, string Text, DateTime Timestamp);

// The newest 1,000 messages, oldest first. A cursor from before them, or ahead of them (a clock was set back), gets them all.
class MessageLog
{
    private readonly List<Message> _messages = [];
    private long _lastId = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(); // the clock, so that ids grow across a restart

    public Message Add(Func<long, Message> create)
    {
        lock (_messages)
        {
            if (_messages.Count == 1000) _messages.RemoveAt(0);
            _messages.Add(create(++_lastId));
            return _messages[^1];
        }
    }

    public List<Message> After(long id)
    {
        lock (_messages)
        {
            var seen = id > _lastId ? 0 : Math.Max(0, _messages.Count - (_lastId - id));
            return _messages[(int)seen..];
        }
    }
}
