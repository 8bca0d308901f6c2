using System.Net.Http.Json;
using System.Text.Json;

namespace Tests;

/// <summary>
/// From 04 on, a connection stays open, whatever carries it: who is online, and no message is overlooked.
/// </summary>
public sealed class PresenceTests
{
    [StepTheory, MemberData(nameof(Steps.WithPresence), MemberType = typeof(Steps))]
    public async Task All_see_who_comes_and_who_leaves(string step)
    {
        await using var server = HostedStep.Start(step);
        await using var alice = await OpenAsync(server, "Alice");
        await alice.UsersAsync("Alice");
        await using (var bob = await OpenAsync(server, " Bob "))
        {
            await alice.UsersAsync("Alice", "Bob");
            await bob.UsersAsync("Alice", "Bob");
            bob.Abort();
        }
        await alice.UsersAsync("Alice");
        await using var renewed = await OpenAsync(server, "ВашеІм'я");
        await alice.UsersAsync("Alice", "ВашеІм'я");
        await OnlineAsync(server, 2, "Alice", "ВашеІм'я");
    }

    [StepTheory, MemberData(nameof(Steps.WithPresence), MemberType = typeof(Steps))]
    public async Task Fifty_windows_of_one_person_are_fifty_connections_and_one_name(string step)
    {
        await using var server = HostedStep.Start(step);
        await using var bob = await OpenAsync(server, "Bob");
        var windows = await Task.WhenAll(Enumerable.Range(0, 49).Select(_ => OpenAsync(server, "Alice")));
        await bob.UsersAsync("Alice", "Bob");
        // The last one changes nothing for the others, and knows at once who is there.
        windows = [.. windows, await OpenAsync(server, " Alice ")];
        Assert.Equal(1, await windows[^1].UsersAsync("Alice", "Bob"));
        await OnlineAsync(server, 51, "Alice", "Bob");

        await KeyedChat.SendAsync(step, server.BaseAddress, "Hello");
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
        await using var student = await OpenAsync(server, "Student");
        await bob.UsersAsync("Alice", "Bob", "Student");
        windows[0].Abort();
        await bob.UsersAsync("Bob", "Student");
        await OnlineAsync(server, 2, "Bob", "Student");
    }

    /// <summary>
    /// A message that comes while the ones before it are being sent must not be overlooked: it would come with the next
    /// one only.
    /// </summary>
    [StepTheory, MemberData(nameof(Steps.WithPresence), MemberType = typeof(Steps))]
    public async Task The_last_of_many_messages_comes_at_once(string step)
    {
        await using var server = HostedStep.Start(step, ("HeartbeatSeconds", "1000"));
        using var http = new HttpClient { BaseAddress = server.BaseAddress };
        var all = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => OpenAsync(server, $"Student {i}")));
        for (var round = 0; round < 200; round++)
        {
            foreach (var sender in all[..2])
            {
                if (sender is WebSocketConnection socket)
                {
                    await socket.SendAsync($"Message {round}");
                    continue;
                }
                using var answer = await http.PostAsJsonAsync(
                    "/messages", new { user = "Alice", text = $"Message {round}" });
                answer.EnsureSuccessStatusCode();
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

    static Task<Connection> OpenAsync(HostedStep server, string user) =>
        KeyedChat.OpenAsync(server.Step, server.BaseAddress, user);

    static async Task OnlineAsync(HostedStep server, int connections, params string[] users)
    {
        using var http = new HttpClient { BaseAddress = server.BaseAddress };
        await Wait.UntilAsync(
            async () =>
            {
                var stats = await http.GetFromJsonAsync<JsonElement>("/stats");
                return stats.GetProperty("connections").GetInt32() == connections
                    && stats.GetProperty("users").Deserialize<string[]>()!.SequenceEqual(users);
            },
            $"{connections} connections of {string.Join(", ", users)}");
    }
}
