using System.Diagnostics;

namespace Tests;

/// <summary>04 and 05: who is online, and all that comes on one connection.</summary>
public sealed class PresenceTests
{
    [Theory, Steps(4, 5)]
    public async Task All_see_who_comes_and_who_leaves_with_the_last_window(int number)
    {
        await using var step = await Step.StartAsync(number);
        await using var bob = await Listener.OpenAsync(step.Chat().As("ВашеІм'я"));
        await bob.ShowsAsync("ВашеІм'я");
        var one = await Listener.OpenAsync(step.Chat().As("Alice"));
        await bob.ShowsAsync("Alice", "ВашеІм'я");
        // The second one changes nothing for others, and knows at once who is there.
        var two = await Listener.OpenAsync(step.Chat().As(" Alice "));
        Assert.Equal(1, await two.ShowsAsync("Alice", "ВашеІм'я"));
        await one.DisposeAsync();
        await Until.TrueAsync(() => step.Log.Lines.Any(line => line.StartsWith("Alice left")));
        await using var carol = await Listener.OpenAsync(step.Chat().As("Carol"));
        await bob.NextAsync("users");
        Assert.Equal(["Alice", "Carol", "ВашеІм'я"], bob.Users);
        await two.DisposeAsync();
        await bob.ShowsAsync("Carol", "ВашеІм'я");
    }

    /// <summary>
    /// They do not read, and are gone without a word. Who stays is served, and sees a few lists of who is online: 500
    /// names at most, the last one right.
    /// </summary>
    [Theory, Steps(4, 5)]
    public async Task A_crowd_of_500_comes_at_once_and_vanishes(int number)
    {
        await using var step = await Step.StartAsync(number, ("HeartbeatSeconds", "1000"));
        using var chat = step.Chat();
        await using var alice = await Listener.OpenAsync(step.Chat().As("Alice"));
        string[] names = [.. Enumerable.Range(0, 510).Select(i => $"Student{i:000}")];
        var started = Stopwatch.GetTimestamp();
        var crowd = await Task.WhenAll(names.Select(name => RawConnection.JoinAsync(step, name, isDeaf: true)));
        await chat.HoldsAsync("connections", 511);
        AtMostFourASecond(await alice.ShowsAsync(["Alice", .. names[..499]]));
        var said = await chat.SayAsync("Carol", "Can you hear me?");
        Assert.Equal([said], await alice.BatchAsync());

        started = Stopwatch.GetTimestamp();
        Array.ForEach(crowd, visitor => visitor.Dispose());
        await chat.HoldsAsync("connections", 1);
        AtMostFourASecond(await alice.ShowsAsync("Alice"));

        void AtMostFourASecond(int lists) => // And one that was on its way at the start.
            Assert.InRange(lists, 1, (4 * Stopwatch.GetElapsedTime(started).TotalSeconds) + 2);
    }

    /// <summary>
    /// A message that comes while the ones before it are being sent must not be overlooked: it would come with the next
    /// one only. It is a race, so it is run again and again.
    /// </summary>
    [Theory, Steps(4, 5)]
    public async Task The_last_of_many_messages_comes_at_once(int number)
    {
        await using var step = await Step.StartAsync(number, ("HeartbeatSeconds", "1000"));
        Follower[] all = [.. Enumerable.Range(0, 10).Select(i => step.Chat().Follow($"Student {i}"))];
        for (var round = 1; round <= 100; round++)
        {
            await Task.WhenAll(all[..2].Select(one => one.SayAsync($"Message {round}")));
            await Until.DoneAsync(Task.WhenAll(all.Select(one => one.ReceivesAsync(2 * round))), $"round {round}");
        }
        foreach (var one in all)
        {
            await one.DisposeAsync();
        }
    }

    [Theory, Steps(4, 5)]
    public async Task No_batch_is_larger_than_50_and_nothing_is_missing(int number)
    {
        await using var step = await Step.StartAsync(number);
        using var chat = step.Chat();
        var said = await chat.SayAllAsync("Alice", [.. Enumerable.Range(0, 220).Select(i => $"Message {i}")]);
        await using var bob = await Listener.OpenAsync(step.Chat().As("Bob"));
        List<ChatMessage> received = [];
        while (received.Count < said.Length)
        {
            var batch = await bob.BatchAsync();
            Assert.InRange(batch.Length, 1, 50);
            received.AddRange(batch);
        }
        Assert.Equal(said, received);
    }
}
