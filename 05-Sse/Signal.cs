/// <summary>
/// "There is something new": a promise whose resolve function we keep. In C#, a promise is a
/// Task, and what keeps its resolve function is a TaskCompletionSource.
/// </summary>
class Signal
{
    readonly Lock gate = new();
    TaskCompletionSource current = NewPromise();
    int waiting;

    /// <summary>The promise that the next Set() will keep.</summary>
    public Task Next
    {
        get
        {
            lock (gate)
            {
                return current.Task;
            }
        }
    }

    /// <summary>How many wait at this moment.</summary>
    public int Waiting => Volatile.Read(ref waiting);

    /// <summary>Keeps the promise, so that all who wait go on, and makes the next one.</summary>
    public void Set()
    {
        TaskCompletionSource kept;
        lock (gate)
        {
            kept = current;
            current = NewPromise();
        }
        kept.SetResult();
    }

    /// <summary>
    /// Waits until the promise is kept, but not longer than the limit, and only until the token
    /// is cancelled. Returns whether the promise was kept.
    /// </summary>
    public async Task<bool> Wait(Task promise, TimeSpan limit, CancellationToken token)
    {
        Interlocked.Increment(ref waiting);
        // WaitAsync throws when the limit is over or the token is cancelled: here no error.
        await promise.WaitAsync(limit, token)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Interlocked.Decrement(ref waiting);
        return promise.IsCompleted;
    }

    // Asynchronously: or Set() itself would run the code of all who wait, one after the other.
    static TaskCompletionSource NewPromise()
    {
        return new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
