using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;

namespace Tests;

/// <summary>
/// Another server, to which a chat sends webhooks, or subscribes. Whatever comes to it waits until the test answers it.
/// </summary>
sealed class WebhookPeer : IAsyncDisposable
{
    readonly Channel<PeerRequest> unanswered = Channel.CreateUnbounded<PeerRequest>();
    readonly WebApplication site;
    int requests;

    WebhookPeer()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        site = builder.Build();
        site.Run(HoldAsync);
    }

    public Uri Address => new(site.Urls.Single());

    /// <summary>The secret that it gives to who subscribes to it.</summary>
    public string Secret { get; set; } = WebhookDelivery.NewSecret();

    /// <summary>How many have come so far, with an answer or without.</summary>
    public int Requests => Volatile.Read(ref requests);

    public static async Task<WebhookPeer> StartAsync()
    {
        var peer = new WebhookPeer();
        await peer.site.StartAsync(Until.Token);
        return peer;
    }

    /// <summary>The next request, without an answer yet.</summary>
    public async Task<PeerRequest> NextAsync()
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"Waits for the next request at {Address}");
        return await unanswered.Reader.ReadAsync(Until.Token);
    }

    /// <summary>The next request, which gets this answer.</summary>
    public async Task<PeerRequest> TakeAsync(int status = 204, params (string Name, string Value)[] headers)
    {
        var request = await NextAsync();
        request.Answer(status, headers);
        return request;
    }

    /// <summary>A chat subscribes to it, and gets the secret.</summary>
    public async Task FollowedByAsync(Chat chat)
    {
        var asking = WebhookSubscription.AskAsync(chat, "/sources", $"{Address}");
        (await NextAsync()).AnswerText(201, $$"""{"id":"1","url":"http://127.0.0.1","secret":"{{Secret}}"}""");
        using var answer = await asking;
        Assert.Equal(201, (int)answer.StatusCode);
    }

    public async ValueTask DisposeAsync()
    {
        await site.StopAsync(new CancellationToken(canceled: true)); // What is under way is cut off.
        await site.DisposeAsync();
    }

    async Task HoldAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var request = new PeerRequest(context, body.ToArray());
        Interlocked.Increment(ref requests);
        await unanswered.Writer.WriteAsync(request);
        await request.HeldAsync();
    }
}

/// <summary>What has come to a peer.</summary>
sealed class PeerRequest(HttpContext context, byte[] body)
{
    readonly TaskCompletionSource answered = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Path { get; } = context.Request.Path;

    /// <summary>By their names in lower case.</summary>
    public Dictionary<string, string> Headers { get; } =
        context.Request.Headers.ToDictionary(header => header.Key.ToLowerInvariant(), header => $"{header.Value}");

    public byte[] Body => body;

    public DateTimeOffset At { get; } = DateTimeOffset.UtcNow;

    public string Id => Headers["webhook-id"];

    public long Timestamp => long.Parse(Headers["webhook-timestamp"], null);

    public ChatMessage[] Messages =>
        ChatMessage.ParseBatch(Encoding.UTF8.GetBytes(JsonElement.Parse(body).GetProperty("data").GetRawText()));

    /// <summary>The texts of the messages, one after the other.</summary>
    public string Texts => string.Join(", ", Messages.Select(message => message.Text));

    /// <summary>Completes when the other side no longer waits for the answer.</summary>
    public Task Gone { get; } =
        Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);

    public bool IsSignedBy(string secret) =>
        Headers["webhook-signature"] == WebhookDelivery.Sign(secret, Id, $"{Timestamp}", body);

    /// <summary>Without a body.</summary>
    public void Answer(int status, params (string Name, string Value)[] headers)
    {
        context.Response.StatusCode = status;
        foreach (var (name, value) in headers)
        {
            context.Response.Headers[name] = value;
        }
        answered.SetResult();
    }

    public void AnswerText(int status, string text) => AnswerBytes($"HTTP/1.1 {status} So\r\n\r\n{text}");

    /// <summary>Characters, which may be no HTTP, and the end of the connection.</summary>
    public void AnswerBytes(string ascii)
    {
        var output = context.Features.Get<IConnectionTransportFeature>()!.Transport.Output;
        output.Write(Encoding.ASCII.GetBytes(ascii));
        output.Complete();
        answered.SetResult();
    }

    /// <summary>Waits until the answer is given, or the other side no longer waits for it.</summary>
    public Task HeldAsync() => Task.WhenAny(answered.Task, Gone);
}
