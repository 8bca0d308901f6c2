using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Classroom;

namespace Tests;

/// <summary>06-Webhooks, and what one does with it.</summary>
sealed class ChatServer : IAsyncDisposable
{
    readonly HostedStep? hosted;
    readonly StepProcess? process;

    ChatServer(HostedStep? hosted, StepProcess? process)
    {
        this.hosted = hosted;
        this.process = process;
        Http = new(
            new SocketsHttpHandler
            {
                UseProxy = false,
                UseCookies = false,
            })
        { BaseAddress = Address, Timeout = Wait.Patience };
    }

    /// <summary>The process that it is, if it was started as one.</summary>
    public StepProcess Process => process!;

    /// <summary>http://127.0.0.1:PORT</summary>
    public Uri Address => hosted?.BaseAddress ?? Process.BaseAddress;

    /// <summary>Whether it can be asked anything.</summary>
    public bool Runs => hosted is not null || !Process.Process.HasExited;

    public HttpClient Http { get; }

    /// <summary>127.0.0.1:PORT: how another chat that is subscribed to this one calls it.</summary>
    public string Authority => Address.Authority;

    /// <param name="settings">Its settings, as the command line gives them: ("RetrySeconds", "1").</param>
    public static ChatServer Start(params (string Key, string Value)[] settings) =>
        new(HostedStep.Start(Steps.Folder(6), settings), process: null);

    /// <summary>As a real process: for what it writes, and how it ends.</summary>
    public static async Task<ChatServer> StartProcessAsync(params string[] arguments) =>
        new(hosted: null, await StepProcess.StartAsync(Steps.Folder(6), arguments: arguments));

    /// <summary>Starts it again with nothing in its memory.</summary>
    public Task RestartAsync() => hosted!.RestartAsync();

    /// <summary>Says something, and returns its id.</summary>
    public async Task<long> SayAsync(string text, string user = "Alice")
    {
        using var answer = await Http.PostAsJsonAsync("/messages", new { user, text });
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<ChatMessage>())!.Id;
    }

    /// <summary>Everything after that message (0 is from the start), as an open page gets it.</summary>
    public async Task<List<ChatMessage>> AfterAsync(long id)
    {
        var last = await SayAsync("That is all.");
        var messages = await ReadAsync(id, so => so.Count > 0 && so[^1].Id >= last);
        Assert.Equal(messages.Select(message => message.Id).Order().Distinct(), messages.Select(message => message.Id));
        return [.. messages.TakeWhile(message => message.Id != last)];
    }

    /// <summary>Reads the messages after that one until they are enough.</summary>
    public async Task<List<ChatMessage>> ReadAsync(long after, Func<List<ChatMessage>, bool> enough)
    {
        var messages = new List<ChatMessage>();
        await using var page = await OpenAsync(after);
        while (!enough(messages))
        {
            var batch = await page.NextAsync("messages");
            messages.AddRange(batch.Deserialize<ChatMessage[]>(JsonSerializerOptions.Web)!);
        }
        return messages;
    }

    /// <summary>The list of deliveries beside the wire panel, once there is one.</summary>
    public Task<string[]> LinesAsync() => LinesAsync(lines => lines.Length > 0);

    /// <summary>The list of deliveries beside the wire panel, once it is such.</summary>
    public async Task<string[]> LinesAsync(Predicate<string[]> such)
    {
        await using var page = await OpenAsync();
        string[] lines = [];
        while (!such(lines))
        {
            lines = (await page.NextAsync("webhooks")).Deserialize<string[]>()!;
        }
        return lines;
    }

    /// <summary>An open page's event stream.</summary>
    public Task<EventStreamConnection> OpenAsync(long after = 0) =>
        EventStreamConnection.OpenAsync(Address, "Reader", after);

    /// <summary>POST /webhooks.</summary>
    public Task<HttpResponseMessage> RegisterAsync(string? url) => Http.PostAsJsonAsync("/webhooks", new { url });

    /// <summary>Subscribes a peer to this chat, until the subscription is disposed of.</summary>
    public async Task<WebhookSubscription> SubscribeAsync(string url)
    {
        using var answer = await RegisterAsync(url);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        var created = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return new(this, created.GetProperty("id").GetString()!, created.GetProperty("secret").GetString()!);
    }

    /// <summary>
    /// POST /sources: makes this chat subscribe to another server. Returns the status and the body of the answer.
    /// </summary>
    public async Task<(HttpStatusCode Status, string Body)> FollowAsync(string? url)
    {
        using var answer = await Http.PostAsJsonAsync("/sources", new { url });
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>GET /webhooks: who is subscribed to this chat.</summary>
    public async Task<JsonElement[]> SubscriptionsAsync() => (await Http.GetFromJsonAsync<JsonElement[]>("/webhooks"))!;

    /// <summary>How many subscriptions /stats tells of.</summary>
    public async Task<int> CountAsync() =>
        (await Http.GetFromJsonAsync<JsonElement>("/stats")).GetProperty("subscriptions").GetInt32();

    /// <summary>Nothing that happened was a surprise to the step.</summary>
    public void AssertQuietLog()
    {
        hosted?.AssertQuiet();
        if (process is not null)
        {
            StepLog.AssertQuiet(process);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (hosted is not null)
        {
            await hosted.DisposeAsync();
        }
        if (process is not null)
        {
            await process.DisposeAsync();
        }
    }
}
