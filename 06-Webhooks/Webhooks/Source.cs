/// <summary>A server that this one has subscribed to.</summary>
/// <param name="name">Its host and port.</param>
class Source(string name, string secret)
{
    public const int MaxIdLength = 256;

    const int MaxIds = 1000;

    readonly Lock gate = new();
    readonly Queue<string> ids = [];

    public string Name { get; } = name;
    public string Secret { get; } = secret;

    /// <summary>Remembers the id of a webhook. Returns whether it is new.</summary>
    public bool Remember(string id)
    {
        lock (gate)
        {
            if (ids.Contains(id))
            {
                return false;
            }
            ids.Enqueue(id);
            if (ids.Count > MaxIds)
            {
                ids.Dequeue();
            }
            return true;
        }
    }
}
