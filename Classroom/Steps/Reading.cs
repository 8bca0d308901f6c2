namespace Classroom;

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
