namespace Tests;

/// <summary>What is sent again with the same key is stored once, whatever became of the first attempt.</summary>
public sealed class StoredOnceTests
{
    /// <summary>
    /// The answer is lost on the wire; or with the server, between storing and answering: then its memory is gone as
    /// well, and the message is stored anew.
    /// </summary>
    [Theory, Steps(1, 3, 4, 5, 6)]
    public async Task An_answer_that_is_lost(int number)
    {
        foreach (var serverEnds in new[] { false, true })
        {
            await using var step = await Step.StartAsync(number);
            await using var wire = step.Wire();
            using var before = step.Chat();
            var key = $"{Guid.NewGuid()}";
            // In 04 she sends on the connection on which she reads: it has to be there before the wire holds.
            await using (var alice = step.Chat(wire).Follow("Alice"))
            {
                await alice.SayAsync("Hello");
                await alice.ReceivesAsync(1);
                wire.Hold();
                var lost = alice.SayAsync("Again", key);
                await before.HoldsAsync("messages", 2);
                if (serverEnds)
                {
                    await step.RestartAsync();
                }
                wire.Cut();
                var loss = await Record.ExceptionAsync(() => lost);
                Assert.True(loss is not null && ChatClient.IsLoss(loss), $"The answer was not lost: {loss}");
            }
            wire.Release();
            using var after = step.Chat(wire);
            var again = await after.SayAsync("Alice", "Again", key);
            Assert.Equal(again, await after.SayAsync("Alice", "Again", key));
            Assert.Equal(serverEnds ? 1 : 2, await after.CountAsync("messages"));
            Assert.Equal(again, (await after.AfterAsync(0))[^1]);
        }
    }

    [Theory, Steps(1, 3, 4, 5, 6)]
    public async Task The_same_key_from_twenty_connections_at_once(int number)
    {
        await using var step = await Step.StartAsync(number);
        Chat[] chats = [.. Enumerable.Range(0, 20).Select(_ => step.Chat())];
        var key = $"{Guid.NewGuid()}";
        var answers = await Task.WhenAll(chats.Select((chat, i) => chat.SayAsync("Alice", $"Attempt {i}", key)));
        // All get the first attempt that was stored: one id, one text, one time.
        var stored = Assert.Single(answers.Distinct());
        Assert.Equal(key, stored.Key);
        Assert.Equal([stored], await chats[0].AfterAsync(0));
        Array.ForEach(chats, chat => chat.Dispose());
    }

    /// <summary>
    /// Keys are compared character by character, and may be 50 long. Two authors may have chosen the same; but whatever
    /// an author sends with a known one, it is the message that is stored already.
    /// </summary>
    [Theory, Steps(1, 3, 4, 5, 6)]
    public async Task Another_key_another_author_or_no_key_is_another_message(int number)
    {
        await using var step = await Step.StartAsync(number);
        using var chat = step.Chat();
        string[] keys = ["a", "A", "é", "e\u0301", " a", new('x', 50)];
        List<ChatMessage> stored = [];
        foreach (var key in keys)
        {
            stored.Add(await chat.SayAsync("Alice", "Hello", key));
        }
        stored.Add(await chat.SayAsync("Bob", "Hello", "a"));
        stored.Add(await chat.SayAsync("Alice", "Hello"));
        stored.Add(await chat.SayAsync("Alice", "Hello"));
        Assert.Equal(stored[0], await chat.SayAsync("Alice", "Something else", "a"));
        Assert.Equal(stored, await chat.AfterAsync(0));
        Assert.Equal(keys, stored[..keys.Length].Select(message => message.Key));
    }
}
