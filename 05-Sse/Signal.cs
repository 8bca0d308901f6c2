/// <summary>
/// "There is something new": a promise, and the function that resolves it. In C#, the promise is
/// a Task, and a TaskCompletionSource holds both.
/// </summary>
class Signal
{
    readonly Lock gate = new();
    TaskCompletionSource current = NewPromise();
    int waiting;

    /// <summary>The promise that the next Set() will resolve.</summary>
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
    public int Waiting
    {
        get
        {
            lock (gate)
            {
                return waiting;
            }
        }
    }

    /// <summary>Resolves the promise, so that all who wait go on, and makes the next one.</summary>
    public void Set()
    {
        TaskCompletionSource resolved;
        lock (gate)
        {
            resolved = current;
            current = NewPromise();
        }
        resolved.SetResult(); // outside the lock: nobody has to wait for it meanwhile
    }

    /// <summary>
    /// Waits until the promise is resolved, but not longer than the limit, and only until the
    /// token is cancelled. Returns whether the promise is resolved: step 5 needs to know.
    /// </summary>
    public async Task<bool> Wait(Task promise, TimeSpan limit, CancellationToken token)
    {
        lock (gate)
        {
            waiting++;
        }

        // WaitAsync throws when the limit is over or the token is cancelled. Neither is an error
        // here: so that is suppressed.
        await promise.WaitAsync(limit, token)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        lock (gate)
        {
            waiting--;
        }
        return promise.IsCompleted;
    }

    // Asynchronously: otherwise Set() itself would run the code of all who wait, one after the
    // other.
    static TaskCompletionSource NewPromise()
    {
        return new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
