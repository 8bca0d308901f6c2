/// <summary>Who is online. A name counts once, however many connections it has.</summary>
class Presence
{
    const int MaxNames = 500;

    readonly Lock gate = new();
    readonly Dictionary<string, int> connections = []; // how many each name has
    readonly Signal signal;
    readonly ILogger logger;
    readonly Func<string[], byte[]> toFrame;
    readonly Timer timer;
    bool publishing;

    public Presence(Signal signal, ILogger logger, Func<string[], byte[]> toFrame)
    {
        this.signal = signal;
        this.logger = logger;
        this.toFrame = toFrame;
        timer = new Timer(_ => Publish());
    }

    /// <summary>The newest list as it goes over the wire. A new list is a new array.</summary>
    public byte[]? Frame { get; private set; }

    /// <summary>How many connections there are.</summary>
    public int Connections { get; private set; }

    /// <summary>The names, in order, 500 at most.</summary>
    public string[] Names
    {
        get
        {
            lock (gate)
            {
                return [.. connections.Keys.Order(StringComparer.Ordinal).Take(MaxNames)];
            }
        }
    }

    public void Enter(string user)
    {
        lock (gate)
        {
            Connections++;
            connections[user] = connections.GetValueOrDefault(user) + 1;
            logger.LogInformation("{User} connected, {Online} online", user, connections.Count);
            if (connections[user] == 1)
            {
                PublishSoon();
            }
        }
    }

    public void Leave(string user)
    {
        lock (gate)
        {
            Connections--;
            connections[user]--;
            if (connections[user] == 0)
            {
                connections.Remove(user);
                PublishSoon();
            }
            logger.LogInformation("{User} left, {Online} online", user, connections.Count);
        }
    }

    // Not at each change: when a class joins at once, each student gets a few lists, not 500.
    void PublishSoon()
    {
        if (!publishing)
        {
            publishing = true;
            var pause = Math.Max(250, Connections); // in milliseconds
            timer.Change(pause, Timeout.Infinite);
        }
    }

    void Publish()
    {
        lock (gate)
        {
            publishing = false;
            Frame = toFrame(Names);
        }
        signal.Set();
    }
}
