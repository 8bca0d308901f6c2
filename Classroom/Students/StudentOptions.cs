namespace Classroom;

/// <summary>The times by which a student's page lives. The defaults are those of the steps' pages.</summary>
public sealed record StudentOptions
{
    /// <summary>How long to wait after the first failure; doubles with each further one.</summary>
    public TimeSpan FirstRetry { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait after a failure.</summary>
    public TimeSpan LongestRetry { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>01: how often the student reloads the page.</summary>
    public TimeSpan Reload { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>02: the pause between an answer and the next request.</summary>
    public TimeSpan Poll { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>When a request without an answer, or an own message that does not come back, is tried again.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(40);

    /// <summary>When a message that is sent again and again is given up. A page would go on.</summary>
    public TimeSpan Sending { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// 01 and 02: the first pause is a random part of a whole one, so that a class that sits down at once does not ask
    /// in step ever after.
    /// </summary>
    public bool Spread { get; init; } = true;

    /// <summary>
    /// 01 to 03, 05, 06: where messages are posted, when that is another server than the one that is read from.
    /// </summary>
    public Uri? SendTo { get; init; }

    /// <summary>By which the pauses of 01 and 02 pass.</summary>
    internal TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>
    /// 01 and 02: what the page waits for before it asks again, in place of its usual pause. For measuring what one
    /// look costs.
    /// </summary>
    internal Func<CancellationToken, Task>? Pause { get; init; }

    /// <summary>A <see cref="Pause"/> that lasts: the page asks once, when it opens.</summary>
    internal static Func<CancellationToken, Task> Never { get; } = stop => Task.Delay(Timeout.InfiniteTimeSpan, stop);

    /// <summary>
    /// Takes every batch in place of the student's own books, which then stay empty, so that a page may be open for
    /// hours. Called at once, and for one batch of a student at a time. In 01 a batch is all that the page shows.
    /// </summary>
    internal Action<ChatMessage[]>? TakesIn { get; init; }
}
