/// <summary>Messages in a row, as they go over the wire.</summary>
/// <param name="LastId">The cursor of a client that has got this batch.</param>
record Batch(byte[] Frame, long LastId);

/// <summary>Makes each batch once, for all clients whose cursor is the same.</summary>
class Batches(MessageLog log, Func<List<Message>, byte[]> toFrame)
{
    // A client on a slow line must get its first batch before the ping after it times out.
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

        var firstId = messages[0].Id;
        var lastId = messages[^1].Id;
        lock (gate)
        {
            // The one that is there may be from before the last message came.
            if (made.TryGetValue(firstId, out var known) && known.LastId == lastId)
            {
                return known;
            }

            // A log of 1,000 has 20 of them. Now and then, forget what nobody asks for any more.
            if (made.Count == 100)
            {
                made.Clear();
            }
            var batch = new Batch(toFrame(messages), lastId);
            made[firstId] = batch;
            return batch;
        }
    }
}
