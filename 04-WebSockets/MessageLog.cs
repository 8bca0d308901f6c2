/// <summary>The newest 1,000 messages, oldest first. The same file in all steps.</summary>
class MessageLog
{
    const int Capacity = 1000;

    // Requests run on several threads. lock (gate) lets in one of them at a time.
    readonly Lock gate = new();
    readonly List<Message> messages = [];

    // Ids count up from the clock, in microseconds: so they grow across a restart as well. If they
    // began at 1 again, a page that is still open, with a higher cursor, could miss what is new.
    long lastId = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() * 1000;

    public int Count
    {
        get
        {
            lock (gate)
            {
                return messages.Count;
            }
        }
    }

    /// <summary>
    /// Stores a message and returns it with its id. A message that is sent again with its
    /// key, because the answer was lost, is not new: then returns what is stored.
    /// </summary>
    public Message Add(Message message, out bool isNew)
    {
        lock (gate)
        {
            var known = messages.Find(message.IsSameAs);
            if (known != null)
            {
                isNew = false;
                return known;
            }

            lastId++;
            var stored = message with { Id = lastId };
            messages.Add(stored);
            if (messages.Count > Capacity)
            {
                messages.RemoveAt(0);
            }
            isNew = true;
            return stored;
        }
    }

    /// <summary>
    /// The messages after the cursor: the id of the last one that a client has. From step 4 on
    /// they are taken in batches, so there is a limit.
    /// </summary>
    public List<Message> After(long cursor, int limit = Capacity)
    {
        lock (gate)
        {
            // A cursor can be ahead of the log: the clock was set back, and the server restarted.
            if (cursor > lastId)
            {
                cursor = 0;
            }

            // Searched from the end: the cursors of most clients are there.
            var first = messages.FindLastIndex(message => message.Id <= cursor) + 1;
            var count = Math.Min(limit, messages.Count - first);
            return messages.GetRange(first, count);
        }
    }
}
