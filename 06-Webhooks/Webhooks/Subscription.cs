/// <summary>How the deliveries to a subscriber stand.</summary>
enum SubscriptionState
{
    /// <summary>The last delivery has arrived, or there was none yet.</summary>
    Active,

    /// <summary>The last attempt has failed. There will be another one.</summary>
    Retrying,

    /// <summary>All attempts have failed. It goes on when somebody says so.</summary>
    Paused,

    /// <summary>The subscriber has answered 410 Gone: it wants no more.</summary>
    Ended,
}

/// <summary>One attempt to deliver a webhook, and what came of it.</summary>
record Delivery(string Id, int Attempt, string Result, long Milliseconds);

/// <summary>Another server, which gets what is said here.</summary>
/// <param name="server">Its address, without a path.</param>
/// <param name="cursor">It gets the messages after this id.</param>
class Subscription(Uri server, long cursor)
{
    const int MaxDeliveries = 10;

    readonly Lock gate = new();
    readonly Queue<Delivery> deliveries = [];

    public string Id { get; } = Guid.NewGuid().ToString("N");
    public Uri Url { get; } = UrlOf(server);
    public string Name { get; } = server.Authority;
    public string Secret { get; } = StandardWebhooks.NewSecret();

    // State, NextAttempt and Cursor have no lock: only the one task that delivers to this
    // subscriber writes them. Whoever reads an old value does no harm by it.
    public SubscriptionState State { get; set; } = SubscriptionState.Active;

    /// <summary>Whether something has arrived: then the subscriber knows this secret.</summary>
    // Only under the lock of Subscriptions.
    public bool IsProven { get; set; }

    /// <summary>When the next attempt is due, as ISO 8601 in UTC; null if none is.</summary>
    // A string is read in one piece. A DateTime? is not, without a lock.
    public string? NextAttempt { get; set; }

    /// <summary>It gets the messages after this id, which grows as they arrive there.</summary>
    public long Cursor { get; set; } = cursor;

    /// <summary>Is set when somebody wants the next attempt at once.</summary>
    public Signal Resumed { get; } = new();

    /// <summary>Is cancelled when the subscription is deleted, replaced or at its end.</summary>
    public CancellationTokenSource Deleted { get; } = new();

    /// <summary>The newest.</summary>
    public Delivery[] Deliveries
    {
        get
        {
            lock (gate)
            {
                return [.. deliveries];
            }
        }
    }

    public static Uri UrlOf(Uri server)
    {
        return new Uri(server, "/webhook");
    }

    public void Add(Delivery delivery)
    {
        lock (gate)
        {
            deliveries.Enqueue(delivery);
            if (deliveries.Count > MaxDeliveries)
            {
                deliveries.Dequeue();
            }
        }
    }
}
