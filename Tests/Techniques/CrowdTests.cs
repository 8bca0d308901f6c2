using System.Diagnostics;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Tests;

/// <summary>A large class comes at once: each gets a few lists of who is online, the last one right.</summary>
public sealed class CrowdTests
{
    /// <summary>So many names a list has at most.</summary>
    const int Students = 500;

    [CrowdTheory, MemberData(nameof(Steps.WithPresence), MemberType = typeof(Steps))]
    public async Task Five_hundred_who_join_at_once_get_at_most_20_lists_each_and_the_last_is_right(string step)
    {
        await using var server = HostedStep.Start(step);
        await using var alice = await KeyedChat.OpenAsync(step, server.BaseAddress, "Alice");
        await alice.UsersAsync("Alice");
        string[] everybody = ["Alice", .. Names(Students - 1)];
        var started = Stopwatch.GetTimestamp();
        var students = await JoinAsync(step, server.Port, everybody[1..]);
        var all = JsonSerializer.Serialize(everybody);
        var lists = await Task.WhenAll(students.Select(student => UntilAsync(student, all)));
        Assert.All(lists, AtMost20);
        AtMost20(await alice.UsersAsync(everybody));

        // Those who stay get a few lists as well while the others leave.
        started = Stopwatch.GetTimestamp();
        Array.ForEach(students, student => student.Dispose());
        AtMost20(await alice.UsersAsync("Alice"));
        await KeyedChat.StatsAsync(server.BaseAddress, "connections", 1);

        // Four a second, and one more for the list that may have been on its way at the start.
        void AtMost20(int count) =>
            Assert.InRange(count, 1, Math.Min(20, Stopwatch.GetElapsedTime(started).TotalSeconds * 4 + 2));
    }

    [CrowdTheory, MemberData(nameof(Steps.WithPresence), MemberType = typeof(Steps))]
    public async Task A_list_has_500_names_at_most(string step)
    {
        await using var server = HostedStep.Start(step);
        var names = Names(520);
        var students = await JoinAsync(step, server.Port, names);
        await KeyedChat.StatsAsync(server.BaseAddress, "connections", 520);
        using var http = new HttpClient { BaseAddress = server.BaseAddress };
        var stats = await http.GetFromJsonAsync<JsonElement>("/stats");
        // The first ones in order, whoever came first.
        Assert.Equal(names[..500], stats.GetProperty("users").Deserialize<string[]>());
        // Somebody who is not on it gets it as well.
        Assert.InRange(await UntilAsync(students[^1], JsonSerializer.Serialize(names[..500])), 1, 20);
        Array.ForEach(students, student => student.Dispose());
    }

    static string[] Names(int count) => [.. Enumerable.Range(0, count).Select(i => $"Student{i:000}")];

    static Task<RawConnection[]> JoinAsync(string step, int port, string[] names) =>
        Task.WhenAll(names.Select(name => Task.Run(() => RawConnection.JoinAsync(step, port, name))));

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
