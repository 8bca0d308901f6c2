using Classroom;

namespace Tests;

/// <summary>
/// From 04 on, messages come in batches: 50 at most, in order, none left out and none twice. A batch is made once, for
/// all clients whose cursor is the same.
/// </summary>
public sealed class BatchesTests
{
    [StepTheory, MemberData(nameof(Steps.WithPresence), MemberType = typeof(Steps))]
    public void All_who_ask_at_the_same_cursor_get_the_same_one(string step)
    {
        var batches = new StepBatches(step);
        var first = batches.Add("Hello");
        var batch = batches.After(first - 1);
        Assert.Equal((1, first), (StepBatches.Size(batch), StepBatches.LastId(batch)));
        // A client asks again as soon as it has sent this one: that must not make the next one's anew.
        for (var client = 0; client < 100; client++)
        {
            Assert.Same(batch, batches.After(first - 1));
            Assert.Null(batches.After(first));
        }
        Assert.Equal(1, batches.Made);
    }

    [StepTheory, MemberData(nameof(Steps.WithPresence), MemberType = typeof(Steps))]
    public void What_was_said_since_is_in_it(string step)
    {
        var batches = new StepBatches(step);
        var first = batches.Add("Hello");
        var batch = batches.After(first - 1);
        var second = batches.Add("Hello again");
        var both = batches.After(first - 1);
        Assert.NotSame(batch, both);
        Assert.Equal((2, second), (StepBatches.Size(both), StepBatches.LastId(both)));
        var last = batches.After(first);
        Assert.Equal((1, second), (StepBatches.Size(last), StepBatches.LastId(last)));
        Assert.Same(both, batches.After(first - 1));
        Assert.Same(last, batches.After(first));
        Assert.Equal(3, batches.Made);
    }

    /// <summary>20 frames for the whole history, however many join: not 20 for each of them.</summary>
    [StepTheory, MemberData(nameof(Steps.WithPresence), MemberType = typeof(Steps))]
    public void A_thousand_who_join_a_full_log_share_20(string step)
    {
        var batches = new StepBatches(step);
        for (var i = 0; i < 1200; i++)
        {
            batches.Add($"Message {i}");
        }
        // At the same time, and each at its own pace.
        Parallel.For(0, 1000, _ =>
        {
            var sizes = new List<int>();
            var cursor = 0L;
            while (batches.After(cursor) is { } batch)
            {
                sizes.Add(StepBatches.Size(batch));
                cursor = StepBatches.LastId(batch);
            }
            Assert.Equal(Enumerable.Repeat(50, 20), sizes);
        });
        Assert.Equal(20, batches.Made);
    }

    /// <summary>A client chooses its cursor: who asks for each there is must not fill the memory.</summary>
    [StepTheory, MemberData(nameof(Steps.WithPresence), MemberType = typeof(Steps))]
    public void Only_a_few_are_kept(string step)
    {
        var batches = new StepBatches(step);
        var first = batches.Add("The first");
        for (var i = 0; i < 2500; i++)
        {
            batches.After(batches.Add($"Message {i}") - 1);
            Assert.InRange(batches.Kept, 1, 100);
        }
        for (var cursor = first; batches.After(cursor) is not null; cursor++)
        {
            Assert.InRange(batches.Kept, 1, 100);
        }
        foreach (var cursor in new[] { 0, -1, long.MinValue, long.MaxValue, first + 1_000_000 })
        {
            Assert.Equal(50, StepBatches.Size(batches.After(cursor)));
        }
    }

    /// <summary>Who was away for a moment, and who joins in the middle of it all, get batches as well.</summary>
    [StepTheory, MemberData(nameof(Steps.WithPresence), MemberType = typeof(Steps))]
    public async Task Under_load_no_batch_is_larger_and_nothing_is_missing(string step)
    {
        await using var hosted = HostedStep.Start(step);
        var server = hosted.BaseAddress;
        var before = await KeyedChat.SendAsync(step, server, "Before");
        await using var wire = await Wire.StartAsync(server);
        await using var slow = await KeyedChat.OpenAsync(step, wire.Address, "Bob", before.Id);
        wire.Freeze(true);
        string[] texts = [.. Enumerable.Range(0, 900).Select(i => $"Message {i}")];
        var sending = KeyedChat.SendManyAsync(step, server, texts);
        await using var joiner = await KeyedChat.OpenAsync(step, server, "Alice", before.Id);
        await sending;
        wire.Freeze(false);
        foreach (var reader in new[] { slow, joiner })
        {
            var next = before.Id + 1;
            while (next <= before.Id + texts.Length)
            {
                var batch = await reader.BatchAsync();
                Assert.Equal(Enumerable.Range(0, batch.Length).Select(i => next + i), batch.Select(each => each.Id));
                next += batch.Length;
            }
        }
    }
}
