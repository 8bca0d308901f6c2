/// <summary>What happens with webhooks, in lines: the newest 10 are for the page.</summary>
class WebhookHistory
{
    const int MaxLines = 10;

    readonly Lock gate = new();
    readonly Queue<string> lines = [];
    readonly Signal signal;
    readonly ILogger logger;
    readonly Func<string[], byte[]> toBytes;
    readonly Timer timer;
    bool publishing;

    // A constructor with a body, as in Presence.
    public WebhookHistory(Signal signal, ILogger logger, Func<string[], byte[]> toBytes)
    {
        this.signal = signal;
        this.logger = logger;
        this.toBytes = toBytes;
        timer = new Timer(_ => Publish());
    }

    // Read without the lock, as in Presence.
    /// <summary>The newest list as it goes over the wire. A new list is a new array.</summary>
    public byte[]? Newest { get; private set; }

    public void Add(string line)
    {
        logger.LogInformation("{Webhook}", line);
        lock (gate)
        {
            lines.Enqueue(line);
            if (lines.Count > MaxLines)
            {
                lines.Dequeue();
            }

            // Not at each line: every page would get ten of them again each time.
            if (!publishing)
            {
                publishing = true;
                timer.Change(250, Timeout.Infinite); // like setTimeout: once
            }
        }
    }

    void Publish()
    {
        lock (gate)
        {
            publishing = false;
            Newest = toBytes([.. lines]);
        }
        signal.Set();
    }
}
