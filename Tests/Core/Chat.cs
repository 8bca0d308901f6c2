using System.Text.Json;

namespace Tests;

/// <summary>What one does with a chat in a test: anyone says something, and it is read after a cursor.</summary>
sealed class Chat(Technique technique, Uri server) : IDisposable
{
    readonly Dictionary<string, ChatClient> clients = [];

    static CancellationToken Token => Until.Token;

    public Uri Server => server;

    /// <summary>For requests that are not those of a page.</summary>
    public HttpClient Http => As("Reader").Http;

    /// <summary>The id of the newest message that was said by <see cref="SayAsync"/>; 0 before.</summary>
    public long Newest { get; private set; }

    /// <summary>The client of a user, the same each time.</summary>
    public ChatClient As(string user)
    {
        lock (clients)
        {
            if (!clients.TryGetValue(user, out var client))
            {
                client = clients[user] = ChatClient.Of(technique, server, user);
            }
            return client;
        }
    }

    /// <summary>Says something, and returns it as it is stored.</summary>
    public async Task<ChatMessage> SayAsync(string user, string text, string? key = null)
    {
        var stored = await As(user).SendAsync(text, key, Token);
        Newest = Math.Max(Newest, stored.Id);
        return stored;
    }

    /// <summary>Says one thing after the other; in 04 on one connection.</summary>
    public async Task<ChatMessage[]> SayAllAsync(string user, params string[] texts)
    {
        await using var connected = technique.SendsByPost ? null : Follow(user, Newest);
        List<ChatMessage> stored = [];
        foreach (var text in texts)
        {
            stored.Add(await (connected?.SayAsync(text) ?? SayAsync(user, text)));
        }
        Newest = Math.Max(Newest, stored[^1].Id);
        return [.. stored];
    }

    /// <summary>All after a cursor, up to what this one said last.</summary>
    public async Task<ChatMessage[]> AfterAsync(long cursor, string user = "Reader")
    {
        List<ChatMessage> messages = [];
        using var client = ChatClient.Of(technique, server, user);
        await foreach (var batch in client.FollowAsync(cursor, TimeSpan.FromMilliseconds(20), Token))
        {
            messages.AddRange(batch);
            if (batch[^1].Id >= Newest)
            {
                break;
            }
        }
        return [.. messages];
    }

    /// <summary>Follows what is said, as a page does, on a client of its own.</summary>
    public Follower Follow(string user, long after = 0) => new(ChatClient.Of(technique, server, user), after);

    /// <summary>A number that the server tells of what it holds: "messages", "connections".</summary>
    public async Task<int> CountAsync(string what) =>
        (await Http.GetFromJsonAsync<JsonElement>("/stats", Token)).GetProperty(what).GetInt32();

    /// <summary>Waits until the server holds so many.</summary>
    public Task HoldsAsync(string what, int count) =>
        Until.TrueAsync(async () => await CountAsync(what) == count, $"{count} {what}");

    public void Dispose()
    {
        foreach (var client in clients.Values)
        {
            client.Dispose();
        }
    }
}
