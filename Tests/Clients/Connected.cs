namespace Tests;

/// <summary>The clients of a step, and how it ends for each.</summary>
sealed class Connected : IAsyncDisposable
{
    readonly List<Action> closes = [];

    public List<Task> Ends { get; } = [];

    public void Add(Action close) => closes.Add(close);

    /// <summary>Waits until each has been told that it is over.</summary>
    public Task EndedAsync() => Task.WhenAll(Ends).WaitAsync(Wait.Patience);

    public async ValueTask DisposeAsync()
    {
        closes.ForEach(close => close());
        await Task.WhenAll(Ends).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
