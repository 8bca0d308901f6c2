using System.Diagnostics;
using System.Net;
using Classroom;

namespace Tests;

/// <summary>The times that a step has by default, once each, beside each other.</summary>
public sealed class DefaultTimeTests
{
    [Fact]
    public Task Each_step_keeps_its_times() =>
        Task.WhenAll(HoldAsync(), PingAsync(), HeartbeatAsync(5), HeartbeatAsync(6));

    /// <summary>03 answers after 30 s that there is nothing new: sooner than proxies give up.</summary>
    static async Task HoldAsync()
    {
        await using var server = HostedStep.Start(Steps.Folder(3));
        using var http = new HttpClient { BaseAddress = server.BaseAddress, Timeout = TimeSpan.FromSeconds(60) };
        var asked = Stopwatch.GetTimestamp();
        using var answer = await http.GetAsync("/messages?after=0");
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.InRange(Stopwatch.GetElapsedTime(asked).TotalSeconds, 29.5, 36);
    }

    /// <summary>04 sends a ping after 30 s: the system's timer may be a quarter of that late.</summary>
    static async Task PingAsync()
    {
        await using var server = HostedStep.Start(Steps.Folder(4));
        using var socket = await RawConnection.OpenSocketAsync(server.Port, "Alice", 0);
        Assert.Equal(1, (await socket.ReadFrameAsync())!.Value.Opcode); // who is online
        var connected = Stopwatch.GetTimestamp();
        var ping = socket.ReadFrameAsync(9);
        // What is sent to her does not count: a ping asks whether she is still there.
        while (await Task.WhenAny(ping, Task.Delay(TimeSpan.FromSeconds(10))) != ping)
        {
            Assert.True(Stopwatch.GetElapsedTime(connected) < TimeSpan.FromSeconds(60), "No ping comes.");
            await KeyedChat.SendAsync(server.Step, server.BaseAddress, "Hello");
        }
        await ping;
        Assert.InRange(Stopwatch.GetElapsedTime(connected).TotalSeconds, 25, 45);
    }

    /// <summary>05 and 06 send a heartbeat every 15 s in which nothing else happens.</summary>
    static async Task HeartbeatAsync(int step)
    {
        await using var server = HostedStep.Start(Steps.Folder(step));
        // From before the first: what is noticed late on a loaded machine makes no time shorter.
        var opened = Stopwatch.GetTimestamp();
        await using var events = await EventStreamConnection.OpenAsync(server.BaseAddress, "Alice");
        await events.UsersAsync("Alice");
        for (var beat = 1; beat <= 2; beat++)
        {
            var (type, _) = (await events.NextAsync())!.Value;
            Assert.Equal("heartbeat", type);
            Assert.InRange(Stopwatch.GetElapsedTime(opened).TotalSeconds, 15 * beat - 0.5, 15 * beat + 10);
        }
    }
}
