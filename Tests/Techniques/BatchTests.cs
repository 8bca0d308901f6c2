namespace Tests;

/// <summary>From 04 on, messages come in batches: 50 at most, each made once, for all at the same place.</summary>
public sealed class BatchTests
{
    [Theory, Steps(4, 5, 6)]
    public async Task No_batch_is_larger_than_50_and_nothing_is_missing(int number)
    {
        await using var step = await Step.StartAsync(number);
        using var chat = step.Chat();
        var said = await chat.SayAllAsync("Alice", [.. Enumerable.Range(0, 720).Select(i => $"Message {i}")]);
        await using var bob = await Listener.OpenAsync(step.Chat().As("Bob"));
        List<ChatMessage> received = [];
        while (received.Count < said.Length)
        {
            var batch = await bob.BatchAsync();
            Assert.InRange(batch.Length, 1, 50);
            received.AddRange(batch);
        }
        Assert.Equal(said, received);
    }

    /// <summary>20 for the whole history, however many join at their own pace, and not 20 for each of them.</summary>
    [Fact, Trait("Step", "4"), Trait("Step", "5"), Trait("Step", "6")]
    public void A_batch_is_made_once_and_few_are_kept()
    {
        var made = 0;
        var log = new MessageLog();
        var batches = new Batches(log, messages => [(byte)messages.Count, (byte)Interlocked.Increment(ref made)]);
        for (var i = 0; i < 1000; i++)
        {
            log.Add(new Message(new NewMessage { User = "Alice", Text = $"Message {i}" }), out _);
        }
        Parallel.For(0, 1000, _ =>
        {
            var cursor = 0L;
            for (var count = 0; count < 20; count++)
            {
                var batch = batches.After(cursor)!;
                Assert.Equal(50, batch.Bytes[0]);
                Assert.Same(batch, batches.After(cursor));
                cursor = batch.LastId;
            }
            Assert.Null(batches.After(cursor));
        });
        Assert.Equal(20, made);

        // What was said since is in it: so it is another one.
        var newest = log.After(0)[^1].Id;
        var next = log.Add(new Message(new NewMessage { User = "Alice", Text = "One more" }), out _);
        Assert.Equal(next.Id, batches.After(newest - 1)!.LastId);
        Assert.Equal(2, batches.After(newest - 1)!.Bytes[0]);
        Assert.Equal(21, made);
    }
}
