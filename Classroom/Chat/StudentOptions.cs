namespace Classroom;

/// <summary>How a student differs from a page.</summary>
public sealed record StudentOptions
{
    /// <summary>The wait after a failure; doubles with each further one, up to four times as long.</summary>
    public TimeSpan Retry { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>01 and 02: what is waited for before the page asks again, in place of its usual pause.</summary>
    public Func<CancellationToken, Task>? Pause { get; init; }

    /// <summary>A <see cref="Pause"/> that lasts: the page asks once, when it opens.</summary>
    public static Func<CancellationToken, Task> Never { get; } = stop => Task.Delay(Timeout.InfiniteTimeSpan, stop);

    /// <summary>All but 04: where messages are posted, if that is not the server that is read from.</summary>
    public Uri? SendTo { get; init; }

    /// <summary>
    /// Told of the messages that are new, in place of the list <see cref="Student.Received"/>, which then stays empty.
    /// </summary>
    public Action<ChatMessage[]>? Receive { get; init; }
}
