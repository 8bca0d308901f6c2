using System.Net;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text.Json;
using Classroom;

namespace Tests;

/// <summary>What is sent again with the same key is stored once, whatever became of the first attempt.</summary>
public sealed class StoredOnceTests(SharedSteps steps) : IClassFixture<SharedSteps>
{
    /// <summary>Long enough to cut a wire between the storing and the answer.</summary>
    static readonly TimeSpan slow = TimeSpan.FromSeconds(1.5);

    [StepTheory, MemberData(nameof(Steps.DifferentServers), MemberType = typeof(Steps))]
    public Task An_answer_that_is_lost_on_the_wire(string step) => AtOnce.RunAsync(step, LoseTheAnswerAsync);

    [StepTheory, MemberData(nameof(Steps.DifferentServers), MemberType = typeof(Steps))]
    public Task A_server_that_is_killed_between_storing_and_answering(string step) =>
        AtOnce.RunAsync(step, KillTheServerAsync);

    /// <summary>In 04 a frame leaves and nothing comes back; elsewhere it is a request that nobody waits for.</summary>
    [StepTheory, MemberData(nameof(Steps.DifferentServers), MemberType = typeof(Steps))]
    public async Task A_connection_that_breaks_as_soon_as_the_message_has_left(string step)
    {
        var server = steps.Start(step).BaseAddress;
        var before = await KeyedChat.SendAsync(step, server, "Before");
        var (key, stored) = (NewKey(), await KeyedChat.StatsAsync(server, "messages") + 1);
        var json = JsonSerializer.SerializeToUtf8Bytes(new { type = "message", user = "Alice", text = "Hello", key });
        if (Technique.Of(step).SendsByPost)
        {
            using var connection = await RawConnection.OpenAsync(server.Port);
            await connection.SendAsync(RawConnection.Post(json));
            await KeyedChat.StatsAsync(server, "messages", stored);
        }
        else
        {
            using var connection = await RawConnection.OpenSocketAsync(server.Port, "Alice", before.Id);
            await connection.SendAsync(RawConnection.Frame(1, json));
            await KeyedChat.StatsAsync(server, "messages", stored);
        }
        var again = await KeyedChat.SendAsync(step, server, "Hello", key);
        Assert.Equal([again], await KeyedChat.AfterAsync(step, server, before.Id));
    }

    [StepTheory, MemberData(nameof(Steps.DifferentServers), MemberType = typeof(Steps))]
    public async Task The_same_key_from_twenty_connections_at_once(string step)
    {
        var server = steps.Start(step).BaseAddress;
        var before = await KeyedChat.SendAsync(step, server, "Before");
        var key = NewKey();
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(i => KeyedChat.SendAsync(step, server, $"Attempt {i}", key)));
        // All get the first attempt that was stored: one id, one text, one time.
        var stored = Assert.Single(answers.Distinct());
        Assert.Equal(key, stored.Key);
        Assert.Equal([stored], await KeyedChat.AfterAsync(step, server, before.Id));
    }

    [StepTheory, MemberData(nameof(Steps.WithPresence), MemberType = typeof(Steps))]
    public async Task Those_who_are_connected_get_it_once_however_often_it_is_sent(string step)
    {
        var server = steps.Start(step).BaseAddress;
        var before = await KeyedChat.SendAsync(step, server, "Before");
        await using var bob = await KeyedChat.OpenAsync(step, server, "Bob", before.Id);
        var (key, other) = (NewKey(), NewKey());
        foreach (var each in new[] { key, key, other, key, other })
        {
            await KeyedChat.SendAsync(step, server, "Hello", each);
        }
        var last = await KeyedChat.SendAsync(step, server, "The last");
        List<ChatMessage> messages = [];
        while (messages.Count == 0 || messages[^1] != last)
        {
            messages.AddRange(await bob.BatchAsync());
        }
        Assert.Equal([key, other, null], messages.Select(message => message.Key));
    }

    /// <summary>Two messages of the same text by different keys are two, and their keys come to all.</summary>
    [StepTheory, MemberData(nameof(Steps.DifferentServers), MemberType = typeof(Steps))]
    public async Task Another_key_is_another_message(string step)
    {
        var server = steps.Start(step).BaseAddress;
        var before = await KeyedChat.SendAsync(step, server, "Before");
        // Keys are compared character by character, and may be 50 long.
        string[] keys = [NewKey(), "a", "A", "é", "e\u0301", " a", new('x', 50)];
        foreach (var key in keys)
        {
            await KeyedChat.SendAsync(step, server, "Hello", key);
        }
        var messages = await KeyedChat.AfterAsync(step, server, before.Id);
        Assert.Equal(keys, messages.Select(message => message.Key));
    }

    /// <summary>What the log has forgotten, it stores anew: 1,000 messages, and their keys with them.</summary>
    [StepTheory, MemberData(nameof(Steps.DifferentServers), MemberType = typeof(Steps))]
    public async Task A_key_is_known_as_long_as_its_message_is_one_of_the_newest_1000(string step)
    {
        var server = steps.Start(step).BaseAddress;
        var key = NewKey();
        var stored = await KeyedChat.SendAsync(step, server, "Hello", key);
        await KeyedChat.SendManyAsync(step, server, [.. Enumerable.Range(1, 999).Select(i => $"Message {i}")]);
        Assert.Equal(stored, await KeyedChat.SendAsync(step, server, "Hello", key));
        Assert.Equal(1000, await KeyedChat.StatsAsync(server, "messages"));
        await KeyedChat.SendManyAsync(step, server, ["Message 1000"]);
        var anew = await KeyedChat.SendAsync(step, server, "Hello", key);
        Assert.Equal(stored.Id + 1001, anew.Id);
        Assert.Equal(1000, await KeyedChat.StatsAsync(server, "messages"));
    }

    static async Task<string> LoseTheAnswerAsync(string step)
    {
        await using var server = HostedStep.Start(step);
        await using var wire = await Wire.StartAsync(server.BaseAddress);
        var key = NewKey();
        wire.Delay = slow;
        var lost = KeyedChat.SendAsync(step, wire.Address, "Hello", key);
        await KeyedChat.StatsAsync(server.BaseAddress, "messages", 1);
        wire.Cut();
        await FailsAsync(lost);
        wire.Delay = TimeSpan.Zero;
        var again = await KeyedChat.SendAsync(step, wire.Address, "Hello", key);
        Assert.Equal(again, await KeyedChat.SendAsync(step, wire.Address, "Hello", key));
        Assert.Equal([again], await KeyedChat.AfterAsync(step, server.BaseAddress));
        return "";
    }

    static async Task<string> KillTheServerAsync(string step)
    {
        await using var server = await StepProcess.StartAsync(step);
        await using var wire = await Wire.StartAsync(server.BaseAddress);
        var key = NewKey();
        wire.Delay = slow;
        var lost = KeyedChat.SendAsync(step, wire.Address, "Hello", key);
        await KeyedChat.StatsAsync(server.BaseAddress, "messages", 1);
        wire.Freeze(true);
        var first = Assert.Single(await KeyedChat.AfterAsync(step, server.BaseAddress));
        Assert.Equal(key, first.Key);
        server.Kill();
        await using var restarted = HostedStep.StartAt(server.Port, step);
        wire.Cut();
        wire.Freeze(false);
        wire.Delay = TimeSpan.Zero;
        await FailsAsync(lost);

        // Its memory is gone: so it is stored anew, and so that who has seen the first one gets it.
        var again = await KeyedChat.SendAsync(step, wire.Address, "Hello", key);
        Assert.Equal(again, await KeyedChat.SendAsync(step, wire.Address, "Hello", key));
        Assert.Equal([again], await KeyedChat.AfterAsync(step, server.BaseAddress, first.Id));
        Assert.Equal(2, await KeyedChat.StatsAsync(server.BaseAddress, "messages"));
        return "";
    }

    static async Task FailsAsync(Task<ChatMessage> sending)
    {
        var failure = await Record.ExceptionAsync(() => sending);
        Assert.True(failure is HttpRequestException or WebSocketException, $"The answer was not lost: {failure}");
    }

    static string NewKey() => Guid.NewGuid().ToString();
}
