using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Tests;

/// <summary>
/// Another server. Subscribed to a chat, it keeps what it is sent and answers as told; as a server to subscribe to, it
/// gives its secret. It can be killed and started again, and forgets nothing by that.
/// </summary>
sealed class WebhookPeer : IAsyncDisposable
{
    readonly List<WebhookRequest> requests = [];
    TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    StubServer server = null!; // StartAsync, the only one that makes a peer, sets it.

    WebhookPeer()
    {
    }

    /// <inheritdoc cref="StubServer.Port"/>
    public int Port => server.Port;

    /// <summary>http://127.0.0.1:PORT</summary>
    public string Address => $"http://{Authority}";

    /// <summary>127.0.0.1:PORT: how a chat that is subscribed to it calls it.</summary>
    public string Authority => server.Authority;

    /// <summary>How the next deliveries are answered, one after the other; all others with 204.</summary>
    public ConcurrentQueue<Func<HttpContext, Task>> Answers { get; } = [];

    /// <summary>The secret that it gives to who subscribes to it.</summary>
    public string Secret { get; set; } = StandardWebhooks.NewSecret();

    /// <summary>How it answers to POST /webhooks, in place of 201 with the secret.</summary>
    public Func<HttpContext, Task>? Registering { get; set; }

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
        var peer = new WebhookPeer();
        peer.server = await StubServer.StartAsync(peer.Map);
        return peer;
    }

    /// <inheritdoc cref="StubServer.RestartAsync"/>
    public Task RestartAsync() => server.RestartAsync();

    /// <inheritdoc cref="StubServer.KillAsync"/>
    public Task KillAsync() => server.KillAsync();

    /// <summary>Waits until that many deliveries have come, and returns all that have.</summary>
    public Task<IReadOnlyList<WebhookRequest>> WaitForAsync(int count) =>
        WaitForAsync(all => all.Count >= count, $"{count} deliveries");

    /// <summary>Waits until the deliveries are such.</summary>
    public async Task<IReadOnlyList<WebhookRequest>> WaitForAsync(
        Func<IReadOnlyList<WebhookRequest>, bool> enough, string what)
    {
        using var patience = new CancellationTokenSource(Wait.Patience);
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

    void Map(WebApplication site)
    {
        site.MapPost("/webhook", HookAsync);
        site.MapPost("/elsewhere", HookAsync);
        site.MapPost("/webhooks", RegisterAsync);
    }

    async Task HookAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var headers = context.Request.Headers.ToDictionary(
            header => header.Key, header => $"{header.Value}", StringComparer.OrdinalIgnoreCase);
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
        await context.Response.WriteAsJsonAsync(
            new { id = $"{Port}-{Registered.Count - 1}", url = Registered.Last(), secret = Secret });
    }
}
