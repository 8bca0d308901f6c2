/// <summary>The newest 10 events of webhooks, for the page and the server's log.</summary>
class WebhookPanel
{
    const int MaxLines = 10;

    readonly Lock gate = new();
    readonly Queue<string> lines = [];
    readonly Signal signal;
    readonly ILogger logger;
    readonly Func<string[], byte[]> toFrame;
    readonly Timer timer;
    bool publishing;

    public WebhookPanel(Signal signal, ILogger logger, Func<string[], byte[]> toFrame)
    {
        this.signal = signal;
        this.logger = logger;
        this.toFrame = toFrame;
        timer = new Timer(_ => Publish());
    }

    /// <summary>The newest list as it goes over the wire. A new list is a new array.</summary>
    public byte[]? Frame { get; private set; }

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
                timer.Change(250, Timeout.Infinite);
            }
        }
    }

    void Publish()
    {
        lock (gate)
        {
            publishing = false;
            Frame = toFrame([.. lines]);
        }
        signal.Set();
    }
}
