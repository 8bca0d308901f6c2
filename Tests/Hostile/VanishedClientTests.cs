using System.Diagnostics;
using Classroom;

namespace Tests;

/// <summary>
/// The network of a client vanishes without a word: no end of the connection ever comes. By the times that a step has
/// by default, which take too long for the tests of one step: they are among all tests only.
/// </summary>
public sealed class VanishedClientTests
{
    /// <summary>
    /// Sent every 30 s, and answered within another 30 s. In 05 and 06 only a write finds out, as it does of one who
    /// does not read: DeafClientTests.
    /// </summary>
    [Fact]
    public async Task In_04_a_ping_finds_out()
    {
        await using var server = HostedStep.Start(Steps.Folder(4));
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
    }
}
