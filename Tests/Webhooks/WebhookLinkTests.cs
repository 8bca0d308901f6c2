using System.Net;

namespace Tests;

/// <summary>Two chats that are subscribed to each other are one.</summary>
[Trait("Step", "6")]
public sealed class WebhookLinkTests
{
    [Fact]
    public async Task Two_chats_linked_both_ways_have_each_message_once_and_link_again_after_a_restart()
    {
        const int Each = 200;
        await using var one = ChatServer.Start();
        await using var other = ChatServer.Start();
        await LinkAsync(one, other);
        // Once more is no second subscription, but a new secret.
        await LinkAsync(one, other);
        Assert.Equal((1, 1), (await one.CountAsync(), await other.CountAsync()));

        await Parallel.ForAsync(0, 2 * Each, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, _) =>
            await (i % 2 == 0 ? one : other).SayAsync($"Message {i}", i % 2 == 0 ? "Alice" : "Bob"));
        await Task.WhenAll(
            one.ReadAsync(0, so => so.Count >= 2 * Each), other.ReadAsync(0, so => so.Count >= 2 * Each));
        // Had anything gone round, it would be on its way: this is sent after it, and comes after it.
        var last = await one.SayAsync("Message from Alice, the last", "Alice");
        await other.SayAsync("Message from Bob, the last", "Bob");
        var (first, second) = (
            await one.ReadAsync(0, so => so.Count >= 2 * Each + 2),
            await other.ReadAsync(0, so => so.Count >= 2 * Each + 2));

        var sides = new[] { (first, second, "Alice", other.Authority), (second, first, "Bob", one.Authority) };
        foreach (var (here, there, user, address) in sides)
        {
            Assert.Equal(2 * Each + 2, here.Count);
            Assert.Equal(2 * Each + 2, here.DistinctBy(message => message.Text).Count());
            Assert.Equal(
                Enumerable.Range(0, here.Count).Select(i => here[0].Id + i), here.Select(message => message.Id));
            Assert.All(here, message => Assert.Equal(message.User == user ? null : address, message.Origin));
            // In the order in which they were said there, and with the time.
            Assert.Equal(
                there.Where(message => message.Origin is null).Select(message => (message.Text, message.Timestamp)),
                here.Where(message => message.Origin is not null).Select(message => (message.Text, message.Timestamp)));
        }

        // What a chat knows dies with it: then the two are linked again, and the old subscription to it, if it is still
        // there, doubles nothing.
        await Wait.UntilAsync(
            async () => $"{(await one.SubscriptionsAsync())[0]}".Contains($"_{last}\"", StringComparison.Ordinal),
            "the last message to be delivered, and known to be");
        await other.RestartAsync();
        await LinkAsync(one, other);
        await one.SayAsync("Message after the restart", "Alice");
        await other.SayAsync("Message after the restart", "Bob");
        var heard = await other.ReadAsync(0, so => so.Count >= 2);
        Assert.Equal(["Alice", "Bob"], heard.Select(message => message.User).Order());
        Assert.Equal(one.Authority, Assert.Single(heard, message => message.User == "Alice").Origin);
        Assert.Equal(2 * Each + 4, (await one.ReadAsync(0, so => so.Count >= 2 * Each + 4)).Count);
        one.AssertQuietLog();
        other.AssertQuietLog();
    }

    static async Task LinkAsync(ChatServer one, ChatServer other)
    {
        foreach (var (from, to) in new[] { (one, other), (other, one) })
        {
            var (status, body) = await to.FollowAsync($"http://{from.Authority}");
            Assert.True(status == HttpStatusCode.Created, body);
        }
    }
}
