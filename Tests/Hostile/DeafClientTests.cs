using System.Diagnostics;
using Classroom;

namespace Tests;

/// <summary>
/// One who stays connected and does not read, by the times that a step has by default: it is let go, and nobody else
/// notices. The steps wait at the same time. It takes too long for the tests of one step: it is among all tests only.
/// </summary>
public sealed class DeafClientTests
{
    [Theory, MemberData(nameof(Steps.WithPresence), MemberType = typeof(Steps))]
    public Task One_who_does_not_read_is_let_go_after_30_seconds(string step) => AtOnce.RunAsync(step, LetGoAsync);

    static async Task<string> LetGoAsync(string step)
    {
        await using var server = HostedStep.Start(step);
        var address = server.BaseAddress;
        using var deaf = await DeafClient.OpenAsync(step, server.Port);
        await using var bob = await KeyedChat.OpenAsync(step, address, "Bob");
        await KeyedChat.StatsAsync(address, "connections", 2);
        var reading = CountAsync(bob);
        await DeafClient.FloodAsync(step, address);
        var flooded = Stopwatch.GetTimestamp();

        // Meanwhile the others are served: each message comes to Bob, and soon.
        var left = false;
        while (!left)
        {
            var sent = Stopwatch.GetTimestamp();
            var message = await KeyedChat.SendAsync(step, address, $"Served? {Guid.NewGuid():N}");
            await Wait.UntilAsync(() => Volatile.Read(ref reading.LastId) >= message.Id, "Bob to get it");
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

    static Progress CountAsync(Connection connection)
    {
        var progress = new Progress();
        progress.Task = Task.Run(async () =>
        {
            while (true)
            {
                Volatile.Write(ref progress.LastId, (await connection.BatchAsync())[^1].Id);
            }
        });
        return progress;
    }

    sealed class Progress
    {
        public long LastId;

        public Task Task = Task.CompletedTask;
    }
}
