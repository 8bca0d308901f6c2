using Classroom;

namespace Tests;

/// <summary>From 04 on, messages come in batches: 50 at most, in order, none left out and none twice.</summary>
public sealed class BatchTests(SharedSteps steps) : IClassFixture<SharedSteps>
{
    [StepTheory, MemberData(nameof(Steps.WithPresence), MemberType = typeof(Steps))]
    public async Task One_who_joins_a_full_log_gets_20_batches_in_order(string step)
    {
        var server = steps.Start(step).BaseAddress;
        await KeyedChat.SendManyAsync(step, server, Texts(1000));
        Assert.Equal(1000, await KeyedChat.StatsAsync(server, "messages"));
        await using var reader = await KeyedChat.OpenAsync(step, server, "Bob");
        List<ChatMessage[]> batches = [];
        while (batches.Sum(batch => batch.Length) < 1000)
        {
            batches.Add(await reader.BatchAsync());
        }
        Assert.Equal(Enumerable.Repeat(Connection.LongestBatch, 20), batches.Select(batch => batch.Length));
        var ids = batches.SelectMany(batch => batch).Select(message => message.Id).ToArray();
        Assert.Equal(Enumerable.Range(0, 1000).Select(i => ids[0] + i), ids);

        // From the middle on: what is left over is in the last batch.
        await using var late = await KeyedChat.OpenAsync(step, server, "Bob", ids[^121]);
        foreach (var expected in new[] { 50, 50, 20 })
        {
            Assert.Equal(expected, (await late.BatchAsync()).Length);
        }
    }

    /// <summary>Who was away for a moment, and who joins in the middle of it all, get batches as well.</summary>
    [StepTheory, MemberData(nameof(Steps.WithPresence), MemberType = typeof(Steps))]
    public async Task Under_load_no_batch_is_larger_and_nothing_is_missing(string step)
    {
        var server = steps.Start(step).BaseAddress;
        var before = await KeyedChat.SendAsync(step, server, "Before");
        await using var wire = await Wire.StartAsync(server);
        await using var slow = await KeyedChat.OpenAsync(step, wire.Address, "Bob", before.Id);
        wire.Freeze(true);
        var sending = KeyedChat.SendManyAsync(step, server, Texts(900));
        await using var joiner = await KeyedChat.OpenAsync(step, server, "Alice", before.Id);
        await sending;
        wire.Freeze(false);
        foreach (var reader in new[] { slow, joiner })
        {
            var next = before.Id + 1;
            while (next <= before.Id + 900)
            {
                var batch = await reader.BatchAsync();
                Assert.Equal(Enumerable.Range(0, batch.Length).Select(i => next + i), batch.Select(each => each.Id));
                next += batch.Length;
            }
        }
    }

    static string[] Texts(int count) => [.. Enumerable.Range(0, count).Select(i => $"Message {i}")];
}
