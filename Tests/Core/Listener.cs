using System.Text.Json;

namespace Tests;

/// <summary>Listens as a page of 04 to 06 does: what the server says on one connection, in order.</summary>
sealed class Listener : IAsyncDisposable
{
    readonly CancellationTokenSource closing = CancellationTokenSource.CreateLinkedTokenSource(Until.Token);
    readonly ChatClient client;
    readonly IAsyncEnumerator<ChatEvent> events;

    Listener(ChatClient client, long after)
    {
        this.client = client;
        events = client.ReadAsync(after, closing.Token).GetAsyncEnumerator();
    }

    /// <summary>The newest list of who is online.</summary>
    public string[] Users { get; private set; } = [];

    public static async Task<Listener> OpenAsync(ChatClient client, long after = 0)
    {
        var listener = new Listener(client, after);
        await listener.NextAsync("open");
        return listener;
    }

    /// <summary>The next event of a type; what comes before it is passed over.</summary>
    public async Task<ChatEvent> NextAsync(string type)
    {
        while (true)
        {
            Assert.True(await events.MoveNextAsync(), $"{client.User}'s connection ended before {type} came.");
            var one = events.Current;
            if (one.Type == "users")
            {
                Users = JsonSerializer.Deserialize<string[]>(one.Json)!;
            }
            if (one.Type == type)
            {
                return one;
            }
        }
    }

    /// <summary>Reads until these are online. Returns how many lists it took.</summary>
    public async Task<int> ShowsAsync(params string[] users)
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"{client.User} waits for {users.Length} who are online");
        var lists = 0;
        do
        {
            await NextAsync("users");
            lists++;
        }
        while (!Users.SequenceEqual(users));
        return lists;
    }

    /// <summary>The next batch of messages.</summary>
    public async Task<ChatMessage[]> BatchAsync() => (await NextAsync("messages")).ReadMessages();

    /// <summary>Is gone, without a word.</summary>
    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        await events.DisposeAsync();
        closing.Dispose();
        client.Dispose();
    }
}
