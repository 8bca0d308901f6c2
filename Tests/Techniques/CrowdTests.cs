using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Classroom;

namespace Tests;

/// <summary>A large class comes at once: each gets a few lists of who is online, the last one right.</summary>
public sealed class CrowdTests
{
    const int Students = 500;

    [CrowdTheory, MemberData(nameof(Steps.WithPresence), MemberType = typeof(Steps))]
    public async Task Five_hundred_who_join_at_once_get_at_most_20_lists_each_and_the_last_is_right(string step)
    {
        await using var server = HostedStep.Start(step);
        var names = Enumerable.Range(0, Students).Select(i => $"Student{i:000}").ToArray();
        var started = Stopwatch.GetTimestamp();
        var connections = await Task.WhenAll(names.Select(name => Task.Run(() => JoinAsync(step, server.Port, name))));
        try
        {
            var all = JsonSerializer.Serialize(names);
            var lists = await Task.WhenAll(connections.Select(connection => UntilAsync(connection, all)));
            // Four a second, and one more for the list that may have been on its way at the start.
            var most = Math.Min(20, Stopwatch.GetElapsedTime(started).TotalSeconds * 4 + 2);
            Assert.All(lists, count => Assert.InRange(count, 1, most));
        }
        finally
        {
            foreach (var connection in connections)
            {
                connection.Dispose();
            }
        }
        await KeyedChat.StatsAsync(server.BaseAddress, "connections", 0);
    }

    [CrowdTheory, MemberData(nameof(Steps.WithPresence), MemberType = typeof(Steps))]
    public async Task A_list_has_500_names_at_most(string step)
    {
        await using var server = HostedStep.Start(step);
        var names = Enumerable.Range(0, 520).Select(i => $"Student{i:000}").ToArray();
        var connections = await Task.WhenAll(names.Select(name => Task.Run(() => JoinAsync(step, server.Port, name))));
        try
        {
            await KeyedChat.StatsAsync(server.BaseAddress, "connections", 520);
            using var http = new HttpClient { BaseAddress = server.BaseAddress };
            var stats = JsonSerializer.Deserialize<JsonElement>(await http.GetStringAsync("/stats"));
            // The first ones in order, whoever came first.
            Assert.Equal(names[..500], stats.GetProperty("users").Deserialize<string[]>());
            // Somebody who is not on it gets it as well.
            var shown = await UntilAsync(connections[^1], JsonSerializer.Serialize(names[..500]));
            Assert.InRange(shown, 1, 20);
        }
        finally
        {
            foreach (var connection in connections)
            {
                connection.Dispose();
            }
        }
    }

    /// <summary>A second window of one name changes nothing for the others, and knows at once who is there.</summary>
    [StepTheory, MemberData(nameof(Steps.WithPresence), MemberType = typeof(Steps))]
    public async Task A_second_window_of_a_name_gets_the_list_and_nobody_else_does(string step)
    {
        await using var server = HostedStep.Start(step);
        await using var alice = await KeyedChat.OpenAsync(step, server.BaseAddress, "Alice");
        await alice.UsersAsync("Alice");
        await using var bob = await KeyedChat.OpenAsync(step, server.BaseAddress, "Bob");
        await alice.UsersAsync("Alice", "Bob");
        await bob.UsersAsync("Alice", "Bob");

        await using (var second = await KeyedChat.OpenAsync(step, server.BaseAddress, " Alice "))
        {
            Assert.Equal(1, await second.UsersAsync("Alice", "Bob"));
            second.Abort();
        }
        await KeyedChat.StatsAsync(server.BaseAddress, "connections", 2);
        // Neither its coming nor its going: the next list is the one with somebody new.
        await using var student = await KeyedChat.OpenAsync(step, server.BaseAddress, "Student");
        Assert.Equal(1, await alice.UsersAsync("Alice", "Bob", "Student"));
        Assert.Equal(1, await bob.UsersAsync("Alice", "Bob", "Student"));
    }

    static async Task<RawConnection> JoinAsync(string step, int port, string name)
    {
        if (!Technique.Of(step).SendsByPost)
        {
            return await RawConnection.OpenSocketAsync(port, name, 0);
        }
        var connection = await RawConnection.OpenAsync(port);
        await connection.SendAsync(RawConnection.Get($"/events?user={name}"));
        return connection;
    }

    // Reads until the list is that one. Returns how many lists there were, that one included.
    static async Task<int> UntilAsync(RawConnection connection, string list)
    {
        var end = Encoding.ASCII.GetBytes(list);
        var read = await connection.ReadAsync(all => all.IndexOf(end) is >= 0 and var at ? at + end.Length : 0);
        // "users" as the type of a frame, and as the name of an event.
        var text = Encoding.UTF8.GetString(read);
        return text.Split("\"type\":\"users\"").Length - 1 + text.Split("event: users").Length - 1;
    }
}
