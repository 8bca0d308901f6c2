using System.Text.Json;
using Classroom;

namespace Tests;

/// <summary>
/// One open connection to a step from 04 on, whatever carries it: what comes in has a type and a JSON value.
/// </summary>
public abstract class Connection : IAsyncDisposable
{
    /// <summary>So many messages come at once, at most.</summary>
    const int LongestBatch = 50;

    /// <summary>Names in camel case, none missing. A later step may add one.</summary>
    static readonly JsonSerializerOptions exact = new(JsonSerializerDefaults.Web)
    {
        PropertyNameCaseInsensitive = false,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>The next thing that comes in; null at the end of the connection.</summary>
    public abstract Task<(string Type, JsonElement Value)?> NextAsync();

    /// <summary>
    /// Ends the connection at once and without a closing handshake, as a browser does that is killed: its system still
    /// says so.
    /// </summary>
    public abstract void Abort();

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();

    /// <summary>The next thing of this type; others before it are passed over.</summary>
    public async Task<JsonElement> NextAsync(string type)
    {
        // Heartbeats do not count as progress.
        for (var deadline = DateTime.UtcNow + Wait.Patience; DateTime.UtcNow < deadline;)
        {
            var (next, value) = await NextAsync() ?? throw new EndOfStreamException(
                $"The connection ended, and no {type} came.");
            if (next == type)
            {
                return value;
            }
        }
        throw new TimeoutException($"No {type} came within {Wait.Patience.TotalSeconds} s.");
    }

    public async Task<ChatMessage[]> BatchAsync()
    {
        var batch = Batch(await NextAsync("messages"));
        Assert.InRange(batch.Length, 1, LongestBatch);
        return batch;
    }

    /// <summary>All messages from the next one to that with this id.</summary>
    public async Task<ChatMessage[]> UpToAsync(long id)
    {
        List<ChatMessage> messages = [];
        while (messages.Count == 0 || messages[^1].Id < id)
        {
            messages.AddRange(await BatchAsync());
        }
        return [.. messages];
    }

    /// <summary>Waits for the list of exactly these users, and returns how many lists it took.</summary>
    public async Task<int> UsersAsync(params string[] expected)
    {
        for (var lists = 1; ; lists++)
        {
            var users = (await NextAsync("users")).Deserialize<string[]>()!;
            Assert.Equal(users.Distinct().Order(StringComparer.Ordinal), users);
            if (users.SequenceEqual(expected))
            {
                return lists;
            }
        }
    }

    internal static ChatMessage[] Batch(JsonElement array) => array.Deserialize<ChatMessage[]>(exact)!;
}
