namespace Tests;

/// <summary>
/// Reads in the background as a page does: whenever the connection is lost, it comes back with its cursor.
/// </summary>
sealed class Follower : IAsyncDisposable
{
    static readonly TimeSpan pause = TimeSpan.FromMilliseconds(20);

    readonly CancellationTokenSource ending = CancellationTokenSource.CreateLinkedTokenSource(Until.Token);
    readonly Lock gate = new();
    readonly List<ChatMessage> received = [];
    readonly ChatClient client;
    readonly Task following;
    int losses;

    public Follower(ChatClient client, long after)
    {
        this.client = client;
        following = FollowAsync(after);
    }

    /// <summary>How often the connection was lost.</summary>
    public int Losses => Volatile.Read(ref losses);

    /// <summary>All that came, in the order in which it came.</summary>
    public ChatMessage[] Received
    {
        get
        {
            lock (gate)
            {
                return [.. received];
            }
        }
    }

    /// <summary>Says something as who reads: in 04 on the same connection.</summary>
    public Task<ChatMessage> SayAsync(string text, string? key = null) => client.SendAsync(text, key, Until.Token);

    /// <summary>Waits until so many came, and returns them all.</summary>
    public async Task<ChatMessage[]> ReceivesAsync(int count)
    {
        await Until.TrueAsync(
            () => Received.Length >= count || following.IsCompleted,
            $"{client.User} to receive {count} messages");
        if (following.IsCompleted)
        {
            await following; // Tells what went wrong.
        }
        return Received;
    }

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await following.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        ending.Dispose();
        client.Dispose();
    }

    async Task FollowAsync(long after)
    {
        while (true)
        {
            try
            {
                await foreach (var batch in client.FollowAsync(after, pause, ending.Token))
                {
                    lock (gate)
                    {
                        received.AddRange(batch);
                    }
                    after = batch[^1].Id;
                }
            }
            catch (Exception exception) when (ChatClient.IsLoss(exception))
            {
                // As any network.
            }
            Interlocked.Increment(ref losses);
            await Task.Delay(pause, ending.Token);
        }
    }
}
