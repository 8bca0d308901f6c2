using System.Net;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Text.Json;
using Classroom;

namespace Tests;

/// <summary>06-Webhooks as a real process, and what one does with it.</summary>
sealed class WebhookChat : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    WebhookChat(StepProcess process)
    {
        Process = process;
        Http = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false }) { BaseAddress = process.BaseAddress, Timeout = Patience };
    }

    public StepProcess Process { get; }

    public HttpClient Http { get; }

    /// <summary>127.0.0.1:PORT: how another chat that is subscribed to this one calls it.</summary>
    public string Authority => Process.BaseAddress.Authority;

    public static async Task<WebhookChat> StartAsync(params string[] arguments) =>
        new(await StepProcess.StartAsync("06", arguments: arguments));

    /// <summary>Says something, and returns its id.</summary>
    public async Task<long> SayAsync(string text, string user = "Alice")
    {
        using var answer = await Http.PostAsJsonAsync("/messages", new { user, text });
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<WebhookMessage>())!.Id;
    }

    /// <summary>Everything after that message (0 is from the start), as an open page gets it.</summary>
    public async Task<List<WebhookMessage>> AfterAsync(long id)
    {
        var last = await SayAsync("That is all.");
        var messages = new List<WebhookMessage>();
        await ReadAsync(id, (type, data) =>
        {
            if (type == "messages")
            {
                messages.AddRange(JsonSerializer.Deserialize<WebhookMessage[]>(data, JsonSerializerOptions.Web)!);
            }
            return messages.Count > 0 && messages[^1].Id >= last;
        });
        Assert.Equal(messages.Select(message => message.Id).Order().Distinct(), messages.Select(message => message.Id));
        return [.. messages.TakeWhile(message => message.Id != last)];
    }

    /// <summary>The list of deliveries beside the wire panel.</summary>
    public async Task<string[]> LinesAsync()
    {
        string[] lines = [];
        await ReadAsync(0, (type, data) =>
        {
            lines = type == "webhooks" ? JsonSerializer.Deserialize<string[]>(data)! : lines;
            return lines.Length > 0;
        });
        return lines;
    }

    /// <summary>Reads the event stream until the callback, which gets each event's type and data, says that this was enough.</summary>
    public async Task ReadAsync(long after, Func<string, string, bool> enough)
    {
        using var patience = new CancellationTokenSource(Patience);
        using var response = await Http.GetAsync($"/events?user=Reader&after={after}", HttpCompletionOption.ResponseHeadersRead, patience.Token);
        response.EnsureSuccessStatusCode();
        await using var stream = await response.Content.ReadAsStreamAsync(patience.Token);
        await foreach (var item in SseParser.Create(stream).EnumerateAsync(patience.Token))
        {
            if (enough(item.EventType, item.Data))
            {
                return;
            }
        }
        Assert.Fail("The stream has ended.");
    }

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

    /// <summary>POST /sources: makes this chat subscribe to another server. Returns the status and the body of the answer.</summary>
    public async Task<(HttpStatusCode Status, string Body)> FollowAsync(string? url)
    {
        using var answer = await Http.PostAsJsonAsync("/sources", new { url });
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>GET /webhooks: who is subscribed to this chat.</summary>
    public async Task<JsonElement[]> SubscriptionsAsync() => (await Http.GetFromJsonAsync<JsonElement[]>("/webhooks"))!;

    /// <summary>How many subscriptions /stats tells of.</summary>
    public async Task<int> CountAsync() => (await Http.GetFromJsonAsync<JsonElement>("/stats")).GetProperty("subscriptions").GetInt32();

    /// <summary>Nothing that happened was a surprise to the step.</summary>
    public void AssertNoStackTrace() =>
        Assert.DoesNotContain(Process.Log, line => line.Contains("unhandled", StringComparison.OrdinalIgnoreCase) || line.Contains("   at ", StringComparison.Ordinal));

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Process.DisposeAsync();
    }
}

/// <summary>A subscription to a chat, by which others are not disturbed once it is disposed of.</summary>
sealed record WebhookSubscription(WebhookChat Chat, string Id, string Secret) : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Asks for the last batch once more.</summary>
    public async Task<HttpStatusCode> RedeliverAsync()
    {
        using var answer = await Chat.Http.PostAsync($"/webhooks/{Id}/redeliver", null);
        return answer.StatusCode;
    }

    /// <summary>Ends it.</summary>
    public async Task<HttpStatusCode> DeleteAsync()
    {
        using var answer = await Chat.Http.DeleteAsync($"/webhooks/{Id}");
        return answer.StatusCode;
    }

    /// <summary>How GET /webhooks tells of it; null once it has ended.</summary>
    public async Task<JsonElement?> FindAsync()
    {
        var all = await Chat.SubscriptionsAsync();
        return all.Any(one => one.GetProperty("id").GetString() == Id) ? all.Single(one => one.GetProperty("id").GetString() == Id) : null;
    }

    /// <summary>Its state: "active", "paused", "again in 1.2 s"; "ended" once it is gone.</summary>
    public async Task<string> StateAsync() => (await FindAsync())?.GetProperty("state").GetString() ?? "ended";

    /// <summary>Waits until the state is such, and returns it.</summary>
    public async Task<string> WaitForStateAsync(Func<string, bool> such)
    {
        var state = "";
        await WaitForAsync(async () => such(state = await StateAsync()), () => $"The state is still {state}. The log ends: {string.Join('\n', Chat.Process.Log.TakeLast(12))}");
        return state;
    }

    /// <summary>Waits until its newest deliveries (at most ten) are that many, and returns them.</summary>
    public async Task<JsonElement[]> WaitForDeliveriesAsync(int count)
    {
        JsonElement[] deliveries = [];
        await WaitForAsync(
            async () => (deliveries = [.. (await FindAsync())!.Value.GetProperty("deliveries").EnumerateArray()]).Length >= count,
            () => $"There are still {deliveries.Length} deliveries.");
        return deliveries;
    }

    /// <summary>Waits until it is up to date; if it has given up meanwhile, on a slow machine say, it is asked to go on.</summary>
    public async Task CatchUpAsync()
    {
        while (await WaitForStateAsync(state => state is "active" or "paused") == "paused")
        {
            await RedeliverAsync();
            await WaitForStateAsync(state => state != "paused");
        }
    }

    static async Task WaitForAsync(Func<Task<bool>> such, Func<string> why)
    {
        for (var deadline = DateTime.UtcNow + Patience; !await such(); await Task.Delay(10))
        {
            Assert.True(DateTime.UtcNow < deadline, why());
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!Chat.Process.Process.HasExited)
        {
            await DeleteAsync();
        }
    }
}
