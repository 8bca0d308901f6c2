/// <summary>Who is online. A name counts once, however many connections it has.</summary>
class Presence
{
    const int MaxNames = 500;

    readonly Lock gate = new(); // its holder may enter it again: Publish() uses Names
    readonly Dictionary<string, int> connectionsOf = []; // how many each name has
    readonly Signal signal;
    readonly ILogger logger;
    readonly Func<string[], byte[]> toBytes;
    readonly Timer timer;
    bool publishing;

    // Not "class Presence(Signal signal, ...)": that has no body in which to make the timer, and
    // where a field is declared, C# does not let it use this object, and so not Publish().
    public Presence(Signal signal, ILogger logger, Func<string[], byte[]> toBytes)
    {
        this.signal = signal;
        this.logger = logger;
        this.toBytes = toBytes;
        timer = new Timer(_ => Publish());
    }

    /// <summary>The newest list as it goes over the wire. A new list is a new array.</summary>
    // Read without the lock: a reference is read in one piece, so this is the old list or the new
    // one. If it is the old one, SendNews() in Program.cs, which has taken signal.Next before, is
    // woken by the Set() that follows the new one.
    public byte[]? Newest { get; private set; }

    public int Connections
    {
        get
        {
            lock (gate)
            {
                return connectionsOf.Values.Sum();
            }
        }
    }

    /// <summary>The names, in order, 500 at most.</summary>
    public string[] Names
    {
        get
        {
            lock (gate)
            {
                return [.. connectionsOf.Keys.Order(StringComparer.Ordinal).Take(MaxNames)];
            }
        }
    }

    public void Enter(string user)
    {
        int online;
        lock (gate)
        {
            connectionsOf[user] = connectionsOf.GetValueOrDefault(user) + 1;
            if (connectionsOf[user] == 1)
            {
                PublishSoon();
            }
            online = connectionsOf.Count;
        }
        logger.LogInformation("{User} connected, {Online} online", user, online);
    }

    public void Leave(string user)
    {
        int online;
        lock (gate)
        {
            connectionsOf[user]--;
            if (connectionsOf[user] == 0)
            {
                connectionsOf.Remove(user);
                PublishSoon();
            }
            online = connectionsOf.Count;
        }
        logger.LogInformation("{User} left, {Online} online", user, online);
    }

    // Not at each change: when 500 students join at once, each gets a few lists, not 500. Who
    // calls this holds the lock.
    void PublishSoon()
    {
        if (!publishing)
        {
            publishing = true;
            // In milliseconds. Longer for many clients: each list goes to all of them.
            var pause = Math.Max(250, Connections);
            timer.Change(pause, Timeout.Infinite); // like setTimeout: once
        }
    }

    void Publish()
    {
        lock (gate)
        {
            publishing = false;
            Newest = toBytes(Names);
        }
        signal.Set();
    }
}
