/// <summary>Messages in a row, as they go over the wire.</summary>
/// <param name="LastId">The cursor of a client that has got this batch.</param>
record Batch(byte[] Bytes, long LastId);

/// <summary>Makes each batch once, for all clients whose cursor is the same.</summary>
class Batches(MessageLog log, Func<List<Message>, byte[]> toBytes)
{
    // Not too long for a slow line: a ping waits behind the batch, and must not time out there.
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

            // A full log has 20 batches. Now and then, forget those that nobody asks for any more.
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
