namespace Tests;

/// <summary>Waiting without sleeping for a guess.</summary>
static class Wait
{
    /// <summary>
    /// After this time what is waited for is not coming. Generous: a loaded machine is slow, not wrong.
    /// </summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>The same for what may have to be built first.</summary>
    public static readonly TimeSpan BuildPatience = TimeSpan.FromMinutes(2);

    /// <inheritdoc cref="UntilAsync(Func{Task{bool}}, Func{string})"/>
    public static Task UntilAsync(Func<bool> holds, string condition) =>
        UntilAsync(() => Task.FromResult(holds()), () => condition);

    /// <inheritdoc cref="UntilAsync(Func{Task{bool}}, Func{string})"/>
    public static Task UntilAsync(Func<Task<bool>> holds, string condition) => UntilAsync(holds, () => condition);

    /// <summary>Asks again and again until the condition holds: for what sends no signal.</summary>
    /// <param name="holds">The condition.</param>
    /// <param name="condition">What is waited for, and how far it is; asked once the wait is given up.</param>
    public static async Task UntilAsync(Func<Task<bool>> holds, Func<string> condition)
    {
        var deadline = DateTime.UtcNow + Patience;
        while (!await holds())
        {
            Assert.True(DateTime.UtcNow < deadline, $"Not within {Patience.TotalSeconds} s: {condition()}");
            await Task.Delay(10);
        }
    }
}
