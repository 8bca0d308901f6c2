using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Tests;

/// <summary>
/// Another server, inside the tests' process, on loopback. Subscribed to a chat, it keeps what it is sent and answers as told;
/// as a server to subscribe to, it gives its secret. It can be killed and started again, and forgets nothing by that.
/// </summary>
sealed class WebhookPeer : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    readonly List<WebhookRequest> requests = [];
    TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    WebApplication? site;

    WebhookPeer(int port) => Port = port;

    /// <summary>Its port on 127.0.0.1: the same after it is started again.</summary>
    public int Port { get; }

    /// <summary>http://127.0.0.1:PORT</summary>
    public string Address => $"http://{Authority}";

    /// <summary>127.0.0.1:PORT: how a chat that is subscribed to it calls it.</summary>
    public string Authority => $"127.0.0.1:{Port}";

    /// <summary>Where it takes deliveries.</summary>
    public string Hook => $"{Address}/hook";

    /// <summary>How the next deliveries are answered, one after the other; all others with 204.</summary>
    public ConcurrentQueue<Func<HttpContext, Task>> Answers { get; } = [];

    /// <summary>The secret that it gives to who subscribes to it.</summary>
    public string Secret { get; set; } = WebhookStandard.NewSecret();

    /// <summary>How it answers to POST /webhooks, in place of 201 with the secret.</summary>
    public Func<HttpContext, Task>? Registering { get; set; }

    /// <summary>How it answers to GET /webhooks, in place of the list.</summary>
    public Func<HttpContext, Task>? Listing { get; set; }

    /// <summary>The URLs that have been registered with it.</summary>
    public ConcurrentQueue<string> Registered { get; } = [];

    /// <summary>The deliveries so far, oldest first.</summary>
    public IReadOnlyList<WebhookRequest> Requests
    {
        get
        {
            lock (requests)
            {
                return [.. requests];
            }
        }
    }

    public static async Task<WebhookPeer> StartAsync()
    {
        for (var attempt = 1; ; attempt++)
        {
            // Not a port of the system's choice: a client could be given the same one while this server is down.
            var peer = new WebhookPeer(Random.Shared.Next(20_000, 32_000));
            try
            {
                await peer.RestartAsync();
                return peer;
            }
            catch (IOException) when (attempt < 20)
            {
                // Taken.
            }
        }
    }

    /// <summary>Starts it again after <see cref="KillAsync"/>.</summary>
    public async Task RestartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(Address).ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        builder.Logging.ClearProviders();
        var next = builder.Build();
        next.MapPost("/hook", HookAsync);
        next.MapPost("/elsewhere", HookAsync);
        next.MapGet("/webhooks", context => Listing?.Invoke(context)
            ?? context.Response.WriteAsJsonAsync(Registered.Select((url, index) => new { id = $"{Port}-{index}", url })));
        next.MapPost("/webhooks", RegisterAsync);
        try
        {
            await next.StartAsync();
            site = next;
        }
        catch
        {
            await next.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends it as a crash would: what is under way is cut off.</summary>
    public async Task KillAsync()
    {
        if (site is { } last)
        {
            site = null;
            await last.StopAsync(new CancellationToken(canceled: true));
            await last.DisposeAsync();
        }
    }

    /// <summary>Waits until that many deliveries have come, and returns all that have.</summary>
    public Task<IReadOnlyList<WebhookRequest>> WaitForAsync(int count) => WaitForAsync(all => all.Count >= count, $"{count} deliveries");

    /// <summary>Waits until the deliveries are such.</summary>
    public async Task<IReadOnlyList<WebhookRequest>> WaitForAsync(Func<IReadOnlyList<WebhookRequest>, bool> enough, string what)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            Task next;
            lock (requests)
            {
                next = changed.Task;
            }
            var all = Requests;
            if (enough(all))
            {
                return all;
            }
            try
            {
                await next.WaitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"{what} did not come; {Requests.Count} did: {string.Join("; ", Requests.TakeLast(10))}");
            }
        }
    }

    public async ValueTask DisposeAsync() => await KillAsync();

    /// <summary>An answer without a body.</summary>
    public static Func<HttpContext, Task> Status(int status, params (string Name, string Value)[] headers) => context =>
    {
        context.Response.StatusCode = status;
        foreach (var (name, value) in headers)
        {
            context.Response.Headers[name] = value;
        }
        return Task.CompletedTask;
    };

    /// <summary>An answer with a body.</summary>
    public static Func<HttpContext, Task> Text(int status, string body, string type = "application/json") => context =>
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        return context.Response.WriteAsync(body);
    };

    /// <summary>No answer, for as long as the other side waits.</summary>
    public static async Task Never(HttpContext context)
    {
        var gone = new TaskCompletionSource();
        await using var registration = context.RequestAborted.Register(gone.SetResult);
        await gone.Task;
    }

    async Task HookAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var headers = context.Request.Headers.ToDictionary(header => header.Key, header => $"{header.Value}", StringComparer.OrdinalIgnoreCase);
        Func<HttpContext, Task>? answer;
        lock (requests)
        {
            Answers.TryDequeue(out answer);
            requests.Add(new(context.Request.Path, headers, body.ToArray(), DateTimeOffset.UtcNow));
            changed.SetResult();
            changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        await (answer ?? Status(204))(context);
    }

    async Task RegisterAsync(HttpContext context)
    {
        if (Registering is not null)
        {
            await Registering(context);
            return;
        }
        var asked = await JsonSerializer.DeserializeAsync<JsonElement>(context.Request.Body);
        Registered.Enqueue(asked.GetProperty("url").GetString()!);
        context.Response.StatusCode = (int)HttpStatusCode.Created;
        await context.Response.WriteAsJsonAsync(new { id = $"{Port}-{Registered.Count - 1}", url = Registered.Last(), secret = Secret });
    }
}

/// <summary>A delivery as it came.</summary>
sealed record WebhookRequest(string Path, IReadOnlyDictionary<string, string> Headers, byte[] Body, DateTimeOffset At)
{
    public string Id => Headers["webhook-id"];

    public string Timestamp => Headers["webhook-timestamp"];

    public JsonElement Json => JsonSerializer.Deserialize<JsonElement>(Body);

    public IReadOnlyList<WebhookMessage> Messages => Json.GetProperty("data").Deserialize<WebhookMessage[]>(JsonSerializerOptions.Web)!;

    public bool SignedBy(string secret) => Headers["webhook-signature"] == WebhookStandard.Sign(secret, Id, Timestamp, Body);

    public override string ToString() => $"{Path} {Headers.GetValueOrDefault("webhook-id")} {System.Text.Encoding.UTF8.GetString(Body)}";
}

/// <summary>A message, with where it came from if that is another server.</summary>
sealed record WebhookMessage(long Id, string User, string Text, DateTimeOffset Timestamp, string? Origin);
