/// <summary>A message as it comes in a webhook.</summary>
public record ReceivedMessage : NewMessage
{
    /// <summary>Its id on the server that it comes from.</summary>
    public long Id { get; init; }

    public DateTimeOffset Timestamp { get; init; }

    /// <summary>As it is stored here.</summary>
    internal Message From(string origin)
    {
        // The clock there may be ahead. A message does not come from the future.
        var now = DateTimeOffset.UtcNow;
        var timestamp = Timestamp < now ? Timestamp : now;
        return new Message(this)
        {
            // If its author gave it no key, its id there is one.
            Key = Key ?? $"{origin} {Id}",
            Timestamp = timestamp.UtcDateTime,
            Origin = origin,
        };
    }
}

/// <summary>The body of a webhook.</summary>
record Webhook(string? Type, ReceivedMessage?[]? Data);
