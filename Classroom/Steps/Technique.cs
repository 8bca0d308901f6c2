namespace Classroom;

/// <summary>How a step delivers messages, and what follows from it. A new step is a new row here.</summary>
/// <param name="Number">The step's number: 3.</param>
/// <param name="Folder">The step's folder, which is its name as well: "03-LongPolling".</param>
/// <param name="HasWebhooks">Its server sends to other servers, and receives from them.</param>
public sealed record Technique(int Number, string Folder, Reading Reading, bool HasWebhooks = false)
{
    /// <summary>Every step, in order.</summary>
    public static IReadOnlyList<Technique> All { get; } =
    [
        new(1, "01-HttpRefresh", Reading.Reload),
        new(2, "02-ShortPolling", Reading.ShortPoll),
        new(3, "03-LongPolling", Reading.LongPoll),
        new(4, "04-WebSockets", Reading.WebSocket),
        new(5, "05-Sse", Reading.EventStream),
        new(6, "06-Webhooks", Reading.EventStream, HasWebhooks: true),
    ];

    /// <summary>Its clients POST a message to /messages; else they send it on the connection they read from.</summary>
    public bool SendsByPost => Reading != Reading.WebSocket;

    /// <summary>Its server knows who is online.</summary>
    public bool HasPresence => Reading is Reading.WebSocket or Reading.EventStream;

    /// <summary>Messages reach the clients without being asked for again and again.</summary>
    public bool DeliversAtOnce => Reading is Reading.LongPoll or Reading.WebSocket or Reading.EventStream;

    /// <summary>Without the number, as a wide table has it: "LongPolling".</summary>
    public string Name => Folder[(Folder.IndexOf('-') + 1)..];

    /// <summary>The number and the name: "03 LongPolling".</summary>
    public string Title => Folder.Replace('-', ' ');

    /// <summary>The step that a person calls 3, 03 or 03-LongPolling; null when there is none.</summary>
    public static Technique? Find(string typed)
    {
        var name = typed.TrimEnd('/', '\\');
        return All.FirstOrDefault(technique =>
            name == $"{technique.Number}"
            || name == $"{technique.Number:00}"
            || name.Equals(technique.Folder, StringComparison.OrdinalIgnoreCase));
    }

    /// <exception cref="ArgumentException">There is none.</exception>
    public static Technique Of(string typed) =>
        Find(typed) ?? throw new ArgumentException($"There is no step {typed}.");

    public override string ToString() => Folder;
}

/// <summary>How a client of a step gets the next messages.</summary>
public enum Reading
{
    /// <summary>The person reloads the page.</summary>
    Reload,

    /// <summary>The page asks every few seconds, and is answered at once.</summary>
    ShortPoll,

    /// <summary>The page asks, and is answered when there is something.</summary>
    LongPoll,

    /// <summary>The server sends frames on a WebSocket.</summary>
    WebSocket,

    /// <summary>The server writes events to a response that stays open.</summary>
    EventStream,
}
