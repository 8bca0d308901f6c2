using System.Diagnostics;
using Classroom;

namespace Tests;

/// <summary>
/// The network of a client vanishes without a word: no end of the connection ever comes. By the times that a step has
/// by default, which take too long for the tests of one step: they are among all tests only.
/// </summary>
public sealed class VanishedClientTests
{
    [Theory, MemberData(nameof(Steps.WithPresence), MemberType = typeof(Steps))]
    public Task A_ping_or_a_write_finds_out(string step) =>
        AtOnce.RunAsync(step, each => Technique.Of(each).SendsByPost ? WriteAsync(each) : PingAsync(each));

    /// <summary>In 04 a ping finds out: sent every 30 s, and answered within another 30 s.</summary>
    static async Task<string> PingAsync(string step)
    {
        await using var server = HostedStep.Start(step);
        await using var wire = await Wire.StartAsync(server.BaseAddress);
        await using var alice = await WebSocketConnection.OpenAsync(wire.Address, "Alice");
        await alice.UsersAsync("Alice");
        wire.Freeze(true);
        var frozen = Stopwatch.GetTimestamp();
        while (await KeyedChat.StatsAsync(server.BaseAddress, "connections") > 0)
        {
            Assert.True(
                Stopwatch.GetElapsedTime(frozen) < TimeSpan.FromSeconds(90),
                "90 s after her network has vanished, Alice is still online.");
            await Task.Delay(TimeSpan.FromSeconds(1));
        }
        Assert.InRange(Stopwatch.GetElapsedTime(frozen).TotalSeconds, 29, 90);
        return "";
    }

    /// <summary>
    /// In 05 and 06 only a write can find out, and a heartbeat is small: as long as the buffers on the way take it,
    /// it is as good as read. Once they are full, it takes 30 s.
    /// </summary>
    static async Task<string> WriteAsync(string step)
    {
        await using var server = HostedStep.Start(step);
        await using var wire = await Wire.StartAsync(server.BaseAddress);
        await using var alice = await EventStreamConnection.OpenAsync(wire.Address, "Alice");
        await alice.UsersAsync("Alice");
        wire.Freeze(true);
        await DeafClient.FloodAsync(step, server.BaseAddress);
        var flooded = Stopwatch.GetTimestamp();
        while (await KeyedChat.StatsAsync(server.BaseAddress, "connections") > 0)
        {
            Assert.True(
                Stopwatch.GetElapsedTime(flooded) < TimeSpan.FromSeconds(45),
                $"{step}: 45 s after the buffers were full, Alice is still online.");
            await Task.Delay(TimeSpan.FromSeconds(1));
        }
        Assert.InRange(Stopwatch.GetElapsedTime(flooded).TotalSeconds, 15, 45);
        return "";
    }
}
