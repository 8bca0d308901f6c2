using System.Diagnostics;
using System.Net;
using Classroom;

namespace Tests;

/// <summary>Ids grow for ever, also across a restart, and a cursor is any number.</summary>
public sealed class CursorTests(SharedSteps steps) : IClassFixture<SharedSteps>
{
    /// <summary>
    /// Ids count up from the clock. On a server that has stored more than the clock counts, they are ahead of it: after
    /// its restart, new messages would have ids that pages have seen already.
    /// </summary>
    [StepTheory, MemberData(nameof(Steps.DifferentServers), MemberType = typeof(Steps))]
    public async Task After_a_restart_ids_are_larger_than_all_before_however_many_there_were(string step)
    {
        // A line for each message would be most of the work.
        await using var server = await StepProcess.StartAsync(
            step, arguments: ["--Logging:LogLevel:Default", "Warning"]);
        var address = server.BaseAddress;
        var first = await KeyedChat.SendAsync(step, address, "The first");
        var started = Stopwatch.GetTimestamp();
        const int Many = 8000;
        await KeyedChat.SendManyAsync(step, address, [.. Enumerable.Range(0, Many).Select(i => $"Message {i}")]);
        var last = await KeyedChat.SendAsync(step, address, "The last before");
        Assert.Equal(first.Id + Many + 1, last.Id);
        await server.RestartAsync(kill: true);
        var perSecond = Many / Stopwatch.GetElapsedTime(started).TotalSeconds;
        Assert.True(perSecond > 1000, $"The machine is too slow to show it: {perSecond:0} messages per second.");

        var anew = await KeyedChat.SendAsync(step, address, "The first after");
        Assert.True(anew.Id > last.Id, $"{last.Id} was followed by {anew.Id}.");
        // And so it comes to a page that has all of the old ones.
        Assert.Equal([anew], await KeyedChat.AfterAsync(step, address, last.Id));
    }

    [StepTheory, MemberData(nameof(Steps.DifferentServers), MemberType = typeof(Steps))]
    public async Task Ids_of_one_life_count_up_by_one_from_the_clock_in_microseconds(string step)
    {
        var server = (await steps.StartAsync(step)).BaseAddress;
        var messages = new List<KeyedMessage>();
        for (var i = 0; i < 5; i++)
        {
            messages.Add(await KeyedChat.SendAsync(step, server, $"Message {i}"));
        }
        Assert.Equal(Enumerable.Range(0, 5).Select(i => messages[0].Id + i), messages.Select(message => message.Id));
        // It started less than an hour ago, and JavaScript can tell two such numbers apart.
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() * 1000;
        Assert.InRange(messages[0].Id, now - 3_600_000_000, now + 1_000_000);
        Assert.True(messages[0].Id < 1L << 53);
    }

    /// <summary>The clock was set back, and the server restarted: then pages have ids that are not there yet.</summary>
    [StepTheory, MemberData(nameof(Steps.DifferentServers), MemberType = typeof(Steps))]
    public async Task A_cursor_ahead_of_the_log_gets_everything(string step)
    {
        var server = (await steps.StartAsync(step)).BaseAddress;
        var last = await KeyedChat.SendAsync(step, server, "Newest");
        var all = await KeyedChat.AfterAsync(step, server);
        const long Day = 24 * 3600 * 1_000_000L;
        // Each reading says one thing more.
        foreach (var cursor in new[] { last.Id + Day, last.Id + 365 * Day, (1L << 53) + 1, long.MaxValue })
        {
            Assert.Equal(all, (await KeyedChat.AfterAsync(step, server, cursor)).Take(all.Length));
        }
    }

    [StepTheory, MemberData(nameof(Steps.DifferentServers), MemberType = typeof(Steps))]
    public async Task A_cursor_below_zero_is_from_the_start(string step)
    {
        var server = (await steps.StartAsync(step)).BaseAddress;
        await KeyedChat.SendAsync(step, server, "Something");
        var all = await KeyedChat.AfterAsync(step, server);
        foreach (var cursor in new[] { -1, long.MinValue, long.MinValue + 1, -(1L << 53) })
        {
            Assert.Equal(all, (await KeyedChat.AfterAsync(step, server, cursor)).Take(all.Length));
        }
    }

    /// <summary>Who was ahead is not for ever: what is new comes once, and nothing of the old again.</summary>
    [StepTheory, MemberData(nameof(Steps.WithPresence), MemberType = typeof(Steps))]
    public async Task Who_was_ahead_of_the_log_gets_what_is_new_once(string step)
    {
        await using var server = await StepProcess.StartAsync(step);
        // Nothing is there yet, and it waits.
        await using var reader = await KeyedChat.OpenAsync(step, server.BaseAddress, "Bob", long.MaxValue);
        await KeyedChat.StatsAsync(server.BaseAddress, "connections", 1);
        for (var i = 0; i < 3; i++)
        {
            var sent = await KeyedChat.SendAsync(step, server.BaseAddress, $"Message {i}");
            Assert.Equal([sent], await KeyedChat.BatchAsync(reader));
        }
    }

    /// <summary>
    /// An EventSource that gets an error stops for good: so there what is no number is from the start. Elsewhere it is
    /// an error.
    /// </summary>
    [StepTheory, MemberData(nameof(Steps.DifferentServers), MemberType = typeof(Steps))]
    public async Task What_is_no_number_of_64_bits(string step)
    {
        var server = (await steps.StartAsync(step)).BaseAddress;
        var some = await KeyedChat.SendAsync(step, server, "Something");
        var technique = Technique.Of(step);
        foreach (var cursor in new[] { "9223372036854775808", "-9223372036854775809", "1e3", "x", "1.5", "NaN" })
        {
            if (technique is { HasPresence: true, SendsByPost: true })
            {
                await using var reader = await EventStreamConnection.OpenAtAsync(
                    server, "/events?user=Bob&after=5", ("Last-Event-ID", cursor));
                await using var other = await EventStreamConnection.OpenAtAsync(
                    server, $"/events?user=Bob&after={cursor}");
                Assert.Equal(await KeyedChat.BatchAsync(reader), await KeyedChat.BatchAsync(other));
                continue;
            }
            using var connection = await RawConnection.OpenAsync(server.Port);
            await connection.SendAsync(
                technique.HasPresence
                    ? RawConnection.Handshake($"/ws?user=Bob&after={cursor}", "Origin: http://localhost\r\n")
                    : RawConnection.Get($"/messages?after={cursor}"));
            var answer = await connection.ReadAsync(
                all => all.IndexOf("\r\n\r\n"u8) is >= 0 and var end ? end + 4 : 0);
            Assert.Equal([400], RawConnection.Statuses(answer));
        }
        Assert.Contains(some, await KeyedChat.AfterAsync(step, server));
    }
}
