using Classroom;

namespace Tests;

/// <summary>Ids grow for ever, also across a restart.</summary>
public sealed class CursorTests
{
    /// <summary>
    /// Ids count up from the clock in microseconds, and no server stores so much that they overtake it: so those after
    /// a restart are new to every page.
    /// </summary>
    [StepTheory, MemberData(nameof(Steps.DifferentServers), MemberType = typeof(Steps))]
    public async Task After_a_restart_ids_are_larger_than_all_before(string step)
    {
        await using var server = HostedStep.Start(step);
        var address = server.BaseAddress;
        await KeyedChat.SendManyAsync(step, address, [.. Enumerable.Range(0, 500).Select(i => $"Message {i}")]);
        var last = await KeyedChat.SendAsync(step, address, "The last before");
        var before = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        await server.RestartAsync();
        var anew = await KeyedChat.SendAsync(step, address, "The first after");
        Assert.True(anew.Id > last.Id, $"{last.Id} was followed by {anew.Id}.");
        // However slow this machine is: a thousand ids for each millisecond.
        Assert.InRange(anew.Id / 1000, before, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        // And so it comes to a page that has all of the old ones.
        Assert.Equal([anew], await KeyedChat.AfterAsync(step, address, last.Id));
    }

    /// <summary>Who was ahead is not for ever: what is new comes once, and nothing of the old again.</summary>
    [StepTheory, MemberData(nameof(Steps.WithPresence), MemberType = typeof(Steps))]
    public async Task Who_was_ahead_of_the_log_gets_what_is_new_once(string step)
    {
        await using var server = HostedStep.Start(step);
        // Nothing is there yet, and it waits.
        await using var reader = await KeyedChat.OpenAsync(step, server.BaseAddress, "Bob", long.MaxValue);
        await KeyedChat.StatsAsync(server.BaseAddress, "connections", 1);
        for (var i = 0; i < 3; i++)
        {
            var sent = await KeyedChat.SendAsync(step, server.BaseAddress, $"Message {i}");
            Assert.Equal([sent], await reader.BatchAsync());
        }
    }
}
