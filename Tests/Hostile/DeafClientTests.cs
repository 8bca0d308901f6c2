using System.Diagnostics;

namespace Tests;

/// <summary>
/// One who stays connected and does not read, or whose network has vanished, by the times that a step has by default:
/// it is let go, and nobody else notices. The steps wait at the same time. It takes too long for the tests of one step:
/// it is among all tests only.
/// </summary>
public sealed class DeafClientTests
{
    /// <summary>1.5 MB, more than the buffers on the way take.</summary>
    const int Messages = 1000;

    static readonly string text = new('€', 490); // three bytes each

    [LinuxTheory, MemberData(nameof(Steps.WithPresence), MemberType = typeof(Steps))]
    public Task One_who_does_not_read_is_let_go_after_30_seconds(string step) => AtOnce.RunAsync(step, LetGoAsync);

    static async Task<string> LetGoAsync(string step)
    {
        await using var server = HostedStep.Start(step);
        var address = server.BaseAddress;
        using var deaf = await RawConnection.JoinAsync(step, server.Port, "Mallory", deaf: true);
        await using var bob = await KeyedChat.OpenAsync(step, address, "Bob");
        await KeyedChat.StatsAsync(address, "connections", 2);
        var lastId = 0L;
        _ = Task.Run(async () =>
        {
            while (true)
            {
                var batch = await bob.BatchAsync();
                Volatile.Write(ref lastId, batch[^1].Id);
            }
        });
        await FloodAsync(step, address);
        var flooded = Stopwatch.GetTimestamp();

        // Meanwhile the others are served: each message comes to Bob, and soon.
        var left = false;
        while (!left)
        {
            var sent = Stopwatch.GetTimestamp();
            var message = await KeyedChat.SendAsync(step, address, $"Served? {Guid.NewGuid():N}");
            await Wait.UntilAsync(() => Volatile.Read(ref lastId) >= message.Id, "Bob to get it");
            Assert.True(Stopwatch.GetElapsedTime(sent) < TimeSpan.FromSeconds(5), "Bob got it late.");
            left = await KeyedChat.StatsAsync(address, "connections") == 1;
            Assert.True(
                left || Stopwatch.GetElapsedTime(flooded) < TimeSpan.FromSeconds(45),
                $"{step}: 45 s after it has stopped reading it is still there.");
            await Task.Delay(TimeSpan.FromSeconds(1));
        }
        var took = Stopwatch.GetElapsedTime(flooded);
        // The write may have been stuck since the middle of the flood; a pause for a living client it must be.
        Assert.InRange(took.TotalSeconds, 15, 45);
        bob.Abort();
        return $"{step}: {took.TotalSeconds:0.0} s";
    }

    /// <summary>Says so much that a write to one who does not read can not be completed.</summary>
    static async Task FloodAsync(string step, Uri server)
    {
        // Not all at once: the log keeps 1,000, and the others shall get each of them.
        for (var sent = 0; sent < Messages; sent += 250)
        {
            await KeyedChat.SendManyAsync(step, server, [.. Enumerable.Range(sent, 250).Select(i => $"{text} {i}")]);
        }
    }
}
