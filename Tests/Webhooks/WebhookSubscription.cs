using System.Text.Json;

namespace Tests;

/// <summary>A subscription of another server to a chat.</summary>
sealed record WebhookSubscription(Step Step, Chat Chat, string Authority, string Id, string Secret)
{
    int attempts;

    /// <param name="path">"/webhooks": that server subscribes; "/sources": the chat subscribes there.</param>
    public static Task<HttpResponseMessage> AskAsync(Chat chat, string path, string? url) =>
        chat.Http.PostAsJsonAsync(path, new { url }, Until.Token);

    public static async Task<WebhookSubscription> StartAsync(Step step, Chat chat, Uri server)
    {
        using var answer = await AskAsync(chat, "/webhooks", $"{server}");
        Assert.Equal(201, (int)answer.StatusCode);
        var created = await answer.Content.ReadFromJsonAsync<JsonElement>(Until.Token);
        var (id, secret) = (created.GetProperty("id").GetString()!, created.GetProperty("secret").GetString()!);
        return new(step, chat, server.Authority, id, secret);
    }

    /// <summary>What GET /webhooks tells of it; null once it has ended.</summary>
    public async Task<JsonElement?> ListedAsync()
    {
        var all = await Chat.Http.GetFromJsonAsync<JsonElement?[]>("/webhooks", Until.Token);
        return all!.SingleOrDefault(each => each!.Value.GetProperty("id").GetString() == Id);
    }

    /// <summary>"active", "retrying", "paused"; "gone" once it has ended.</summary>
    public async Task<string> StateAsync() => (await ListedAsync())?.GetProperty("state").GetString() ?? "gone";

    /// <summary>Waits for the next attempt to deliver, and returns what the chat's log says of it.</summary>
    public async Task<Attempt> AttemptAsync()
    {
        var lines = Step.Log.Lines.Where(line => line.StartsWith($"POST {Authority} ", StringComparison.Ordinal));
        await Until.TrueAsync(
            () => lines.Count() > attempts || Step.Log.Complaints.Count > 0,
            $"attempt {attempts + 1} to deliver to {Authority}");
        Assert.Empty(Step.Log.Complaints);
        var parts = lines.ElementAt(attempts++).Split(" · ");
        return new(parts[1], parts[2], parts[4]);
    }

    public async Task<int> ResumeAsync()
    {
        using var answer = await Chat.Http.PostAsync($"/webhooks/{Id}/resume", null, Until.Token);
        return (int)answer.StatusCode;
    }

    public async Task<int> DeleteAsync()
    {
        using var answer = await Chat.Http.DeleteAsync($"/webhooks/{Id}", Until.Token);
        return (int)answer.StatusCode;
    }
}

/// <summary>"attempt 1", "500", "again in 1.1 s"; in place of the last: "active", "paused", "ended".</summary>
sealed record Attempt(string Number, string Result, string Next)
{
    /// <summary>How many seconds the pause after it has; 0 if it is not tried again.</summary>
    public double Pause => Next.StartsWith("again in ", StringComparison.Ordinal) ? double.Parse(Next[9..^2], null) : 0;
}
