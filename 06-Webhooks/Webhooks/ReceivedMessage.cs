using System.ComponentModel.DataAnnotations;

/// <summary>A message as it comes in a webhook.</summary>
public record ReceivedMessage : NewMessage
{
    /// <summary>Its id on the server that it comes from.</summary>
    [Range(1, long.MaxValue)]
    public long Id { get; init; }

    // Nullable, so that Required sees whether it is there: otherwise it would be a time in the
    // year 1.
    [Required]
    public DateTimeOffset? Timestamp { get; init; }

    /// <summary>As it is stored here.</summary>
    // Not public, since Message is not.
    internal Message ToMessage(string origin)
    {
        // The clock there may be ahead. A message does not come from the future.
        var now = DateTimeOffset.UtcNow;
        var timestamp = Timestamp < now ? Timestamp.Value : now;
        return new Message(this)
        {
            // The log recognises a message by its key. After this server has subscribed anew, the
            // same message may come in another webhook: so one without a key gets one here.
            Key = Key ?? $"{origin} {Id}",
            Timestamp = timestamp.UtcDateTime,
            Origin = origin,
        };
    }
}

/// <summary>The body of a webhook.</summary>
record Webhook(string? Type, ReceivedMessage?[]? Data);
