/// <summary>Messages in a row, as they go over the wire.</summary>
/// <param name="LastId">The cursor of a client that has got this batch.</param>
record Batch(byte[] Bytes, long LastId);

/// <summary>Makes each batch once, for all clients whose cursor is the same.</summary>
/// <param name="toBytes">Makes a WebSocket frame or a Server-Sent Event of it.</param>
class Batches(MessageLog log, Func<List<Message>, byte[]> toBytes)
{
    // Few enough for a slow line: a WebSocket's ping (step 4) waits until the batch before it is
    // through, and must not time out.
    const int MaxMessages = 50;

    readonly Lock gate = new();
    readonly Dictionary<long, Batch> made = []; // by the id of the first message

    /// <summary>The batch after the cursor, or null if there is nothing new.</summary>
    public Batch? After(long cursor)
    {
        var messages = log.After(cursor, MaxMessages);
        if (messages.Count == 0)
        {
            return null;
        }

        var firstId = messages.First().Id;
        var lastId = messages.Last().Id;
        lock (gate)
        {
            // One that was made earlier may lack the newest messages.
            if (made.TryGetValue(firstId, out var known) && known.LastId == lastId)
            {
                return known;
            }

            // At most 100, then anew: so those that nobody asks for any more are forgotten.
            if (made.Count == 100)
            {
                made.Clear();
            }
            var batch = new Batch(toBytes(messages), lastId);
            made[firstId] = batch;
            return batch;
        }
    }
}
