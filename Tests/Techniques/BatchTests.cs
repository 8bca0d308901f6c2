using Classroom;

namespace Tests;

/// <summary>From 04 on, messages come in batches: 50 at most, in order, none left out and none twice.</summary>
public sealed class BatchTests(SharedSteps steps) : IClassFixture<SharedSteps>
{
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
