using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;

namespace Tests;

/// <summary>
/// From 04 on, a connection stays open, whatever carries it: who is online, and no message is overlooked.
/// </summary>
public abstract class PresenceTests<TProgram> where TProgram : class
{
    protected abstract Task<Connection> OpenAsync(Uri server, string user);

    /// <summary>Sends a message, from the connection or beside it.</summary>
    protected abstract Task SendAsync(StepServer<TProgram> server, Connection connection, string text);

    [Fact]
    public async Task All_see_who_comes_and_who_leaves()
    {
        await using var server = new StepServer<TProgram>();
        await using var alice = await OpenAsync(server.Address, "Alice");
        await alice.UsersAsync("Alice");
        await using (var bob = await OpenAsync(server.Address, " Bob "))
        {
            await alice.UsersAsync("Alice", "Bob");
            await bob.UsersAsync("Alice", "Bob");
            bob.Abort();
        }
        await alice.UsersAsync("Alice");
        await using var renewed = await OpenAsync(server.Address, "ВашеІм'я");
        await alice.UsersAsync("Alice", "ВашеІм'я");
        await OnlineAsync(server, 2, "Alice", "ВашеІм'я");
    }

    [Fact]
    public async Task Fifty_windows_of_one_person_are_fifty_connections_and_one_name()
    {
        await using var server = new StepServer<TProgram>();
        await using var bob = await OpenAsync(server.Address, "Bob");
        var windows = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => OpenAsync(server.Address, "Alice")));
        await bob.UsersAsync("Alice", "Bob");
        await windows[^1].UsersAsync("Alice", "Bob");
        await OnlineAsync(server, 51, "Alice", "Bob");

        await SendAsync(server, windows[0], "Hello");
        foreach (var window in windows)
        {
            Assert.Equal("Hello", Assert.Single(await window.BatchAsync()).Text);
        }
        foreach (var window in windows[1..])
        {
            window.Abort();
            await window.DisposeAsync();
        }
        await OnlineAsync(server, 2, "Alice", "Bob");
        // Someone comes, so that there is a list to look at.
        await using var student = await OpenAsync(server.Address, "Student");
        await bob.UsersAsync("Alice", "Bob", "Student");
        windows[0].Abort();
        await bob.UsersAsync("Bob", "Student");
        await OnlineAsync(server, 2, "Bob", "Student");
    }

    [Fact]
    public async Task While_a_class_joins_a_list_comes_four_times_a_second_at_most_and_the_last_is_right()
    {
        await using var server = new StepServer<TProgram>();
        var names = Enumerable.Range(0, 200).Select(i => $"Student {i:000}").ToArray();
        await using var watcher = await OpenAsync(server.Address, "Alice");
        await watcher.UsersAsync("Alice");

        var started = Stopwatch.GetTimestamp();
        var students = await Task.WhenAll(names.Select(name => OpenAsync(server.Address, name)));
        AtMost4(await watcher.UsersAsync(["Alice", .. names]), started);
        // So does a newcomer's first list that has everybody.
        await using var newcomer = await OpenAsync(server.Address, "Bob");
        await newcomer.UsersAsync(["Alice", "Bob", .. names]);

        started = Stopwatch.GetTimestamp();
        foreach (var student in students)
        {
            student.Abort();
            await student.DisposeAsync();
        }
        AtMost4(await watcher.UsersAsync("Alice", "Bob"), started);

        // One more for the list that may have been on its way at the start.
        static void AtMost4(int lists, long started) =>
            Assert.InRange(lists, 1, Stopwatch.GetElapsedTime(started).TotalSeconds * 4 + 2);
    }

    /// <summary>
    /// A message that comes while the ones before it are being sent must not be overlooked: it would come with the next
    /// one only.
    /// </summary>
    [Fact]
    public async Task The_last_of_many_messages_comes_at_once()
    {
        await using var server = new StepServer<TProgram>(("HeartbeatSeconds", "1000"));
        var all = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => OpenAsync(server.Address, $"Student {i}")));
        for (var round = 0; round < 200; round++)
        {
            foreach (var sender in all[..2])
            {
                await SendAsync(server, sender, $"Message {round}");
            }
            await Task.WhenAll(all.Select(async connection =>
            {
                for (var count = 0; count < 2;)
                {
                    count += (await connection.BatchAsync()).Length;
                }
            }));
        }
        foreach (var connection in all)
        {
            await connection.DisposeAsync();
        }
    }

    static Task OnlineAsync(StepServer<TProgram> server, int connections, params string[] users) => Wait.UntilAsync(
        async () =>
        {
            var stats = await server.Http.GetFromJsonAsync<JsonElement>("/stats");
            return stats.GetProperty("connections").GetInt32() == connections
                && stats.GetProperty("users").Deserialize<string[]>()!.SequenceEqual(users);
        },
        $"{connections} connections of {string.Join(", ", users)}");
}
