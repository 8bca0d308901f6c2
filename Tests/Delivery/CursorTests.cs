namespace Tests;

/// <summary>Ids grow for ever, also across a restart.</summary>
public sealed class CursorTests
{
    /// <summary>
    /// They count up from the clock in microseconds, and no server stores so much that they
    /// overtake it: so those after a restart are new to every page.
    /// </summary>
    [Theory, Steps(1, 3, 4, 5, 6)]
    public async Task After_a_restart_ids_are_larger_than_all_before(int number)
    {
        await using var step = await Step.StartAsync(number);
        await using var wire = step.Wire();
        using var chat = step.Chat(wire);
        await chat.SayAllAsync("Alice", [.. Enumerable.Range(0, 500).Select(i => $"{i}")]);
        var last = await chat.SayAsync("Alice", "The last before");
        var before = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        await step.RestartAsync();
        using var after = step.Chat(wire);
        var anew = await after.SayAsync("Alice", "The first after");
        Assert.True(anew.Id > last.Id, $"{last.Id} was followed by {anew.Id}.");
        Assert.InRange(anew.Id / 1000, before, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        // And so it comes to a page that has all of the old ones.
        Assert.Equal([anew], await after.AfterAsync(last.Id));
    }

    /// <summary>Who was ahead gets what is new once, and nothing of the old again.</summary>
    [Theory, Steps(4, 5, 6)]
    public async Task Who_was_ahead_of_the_log_gets_what_is_new_once(int number)
    {
        await using var step = await Step.StartAsync(number);
        using var chat = step.Chat();
        await using var bob = step.Chat().Follow("Bob", long.MaxValue);
        await chat.HoldsAsync("connections", 1); // Nothing is there yet, and he waits.
        List<ChatMessage> said = [];
        for (var count = 1; count <= 3; count++)
        {
            said.Add(await chat.SayAsync("Alice", $"Message {count}"));
            Assert.Equal(said, await bob.ReceivesAsync(count));
        }
    }
}
