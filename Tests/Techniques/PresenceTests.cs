using System.Text.Json;

namespace Tests;

/// <summary>From 04 on: who is online. And no message is overlooked while others are being sent.</summary>
public sealed class PresenceTests
{
    [Theory, Steps(4, 5, 6)]
    public async Task All_see_who_comes_and_who_leaves(int number)
    {
        await using var step = await Step.StartAsync(number);
        using var chat = step.Chat();
        await using var alice = await Listener.OpenAsync(step.Chat().As("Alice"));
        await alice.ShowsAsync("Alice");
        await using (var bob = await Listener.OpenAsync(step.Chat().As(" Bob ")))
        {
            await alice.ShowsAsync("Alice", "Bob");
            await bob.ShowsAsync("Alice", "Bob");
        }
        await alice.ShowsAsync("Alice");
        await using var other = await Listener.OpenAsync(step.Chat().As("ВашеІм'я"));
        await alice.ShowsAsync("Alice", "ВашеІм'я");
        await OnlineAsync(chat, 2, "Alice", "ВашеІм'я");
    }

    /// <summary>Two connections of Alice are one name, and she leaves with the last of them.</summary>
    [Theory, Steps(4, 5, 6)]
    public async Task Two_windows_of_one_person_are_one_name(int number)
    {
        await using var step = await Step.StartAsync(number);
        using var chat = step.Chat();
        await using var bob = await Listener.OpenAsync(step.Chat().As("Bob"));
        var one = await Listener.OpenAsync(step.Chat().As("Alice"));
        await bob.ShowsAsync("Alice", "Bob");
        // The second one changes nothing for others, and knows at once who is there.
        var two = await Listener.OpenAsync(step.Chat().As(" Alice "));
        Assert.Equal(1, await two.ShowsAsync("Alice", "Bob"));
        await chat.HoldsAsync("connections", 3);
        await one.DisposeAsync();
        await chat.HoldsAsync("connections", 2);
        await OnlineAsync(chat, 2, "Alice", "Bob");
        await two.DisposeAsync();
        await bob.ShowsAsync("Bob");
        await OnlineAsync(chat, 1, "Bob");
    }

    /// <summary>
    /// A message that comes while the ones before it are being sent must not be overlooked: it would come with the next
    /// one only. It is a race, so it is run again and again.
    /// </summary>
    [Theory, Steps(4, 5, 6)]
    public async Task The_last_of_many_messages_comes_at_once(int number)
    {
        await using var step = await Step.StartAsync(number, ("HeartbeatSeconds", "1000"));
        Follower[] all = [.. Enumerable.Range(0, 10).Select(i => step.Chat().Follow($"Student {i}"))];
        for (var round = 1; round <= 100; round++)
        {
            await Task.WhenAll(all[..2].Select(one => one.SayAsync($"Message {round}")));
            // All have them: in a minute, if they have not been overlooked.
            await Task.WhenAll(all.Select(one => one.ReceivesAsync(2 * round)))
                .WaitAsync(TimeSpan.FromMinutes(1), Until.Token);
        }
        foreach (var one in all)
        {
            await one.DisposeAsync();
        }
    }

    static async Task OnlineAsync(Chat chat, int connections, params string[] users)
    {
        var stats = await chat.StatsAsync();
        Assert.Equal(connections, stats.GetProperty("connections").GetInt32());
        Assert.Equal(users, stats.GetProperty("users").Deserialize<string[]>());
    }
}
