namespace Tests;

/// <summary>Waiting without sleeping for a guess.</summary>
static class Wait
{
    /// <summary>After this time what is waited for is not coming. Generous: a loaded machine is slow, not wrong.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <inheritdoc cref="UntilAsync(Func{Task{bool}}, string)"/>
    public static Task UntilAsync(Func<bool> holds, string condition) => UntilAsync(() => Task.FromResult(holds()), condition);

    /// <summary>Asks again and again until the condition holds: for what sends no signal.</summary>
    public static async Task UntilAsync(Func<Task<bool>> holds, string condition)
    {
        for (var deadline = DateTime.UtcNow + Patience; !await holds(); await Task.Delay(10))
        {
            Assert.True(DateTime.UtcNow < deadline, $"Not within {Patience.TotalSeconds} s: {condition}");
        }
    }
}
