namespace Tests;

/// <summary>Two chats that are subscribed to each other are one.</summary>
public sealed class WebhookPairTests
{
    [Theory, Steps(6)]
    public async Task Two_chats_linked_both_ways_have_each_message_once_and_link_again_after_a_restart(int number)
    {
        const int Each = 100;
        await using var one = await Step.StartAsync(number, ("RetrySeconds", "0.1"));
        await using var other = await Step.StartAsync(number, ("RetrySeconds", "0.1"));
        await using var wireToOne = one.Wire();
        await using var wireToOther = other.Wire();
        using var here = one.Chat(wireToOne);
        using var there = other.Chat(wireToOther);
        await LinkAsync(here, there);
        await LinkAsync(here, there); // Once more is no second subscription, but a new secret.

        await using var page = one.Chat().Follow("Carol");
        await using var pageThere = other.Chat().Follow("Carol");
        await Parallel.ForAsync(0, 2 * Each, Until.Token, async (i, _) =>
            await (i % 2 == 0 ? here.SayAsync("Alice", $"Message {i}") : there.SayAsync("Bob", $"Message {i}")));
        await page.ReceivesAsync(2 * Each);
        await pageThere.ReceivesAsync(2 * Each);
        // Had anything gone round, it would be under way: this is said after it.
        var last = await here.SayAsync("Alice", "The last");
        await there.SayAsync("Bob", "The last");
        var first = await page.ReceivesAsync(2 * Each + 2);
        var second = await pageThere.ReceivesAsync(2 * Each + 2);
        Assert.Equal(2 * Each + 2, first.DistinctBy(message => (message.User, message.Text)).Count());
        Assert.Equal(Of("Alice", first), Of("Alice", second));
        Assert.Equal(Of("Bob", first), Of("Bob", second));
        Assert.All(first, one => Assert.Equal(one.User == "Alice" ? null : there.Server.Authority, one.Origin));
        Assert.All(second, one => Assert.Equal(one.User == "Bob" ? null : here.Server.Authority, one.Origin));
        await there.HoldsAsync("subscriptions", 1);

        // What a chat knows dies with it. Then the two are linked again, and what was said meanwhile comes as well.
        await Until.TrueAsync(
            async () => (await here.Http.GetStringAsync("/webhooks", Until.Token)).Contains($"_{last.Id}\""),
            "the last message to be known to have arrived");
        await other.StopAsync();
        await here.SayAsync("Alice", "While the other one is away");
        await other.StartAsync();
        using var thereAgain = other.Chat(wireToOther);
        await using var pageAgain = other.Chat().Follow("Carol");
        await LinkAsync(here, thereAgain);
        await here.SayAsync("Alice", "After the restart");
        Assert.Equal(
            ["While the other one is away", "After the restart"],
            (await pageAgain.ReceivesAsync(2)).Select(message => message.Text));
        await thereAgain.SayAsync("Bob", "I am back");
        Assert.Equal("I am back", (await page.ReceivesAsync(2 * Each + 5))[^1].Text);
        await here.HoldsAsync("subscriptions", 1);
    }

    static IEnumerable<(string Text, DateTimeOffset Timestamp)> Of(string user, ChatMessage[] messages) =>
        messages.Where(message => message.User == user).Select(message => (message.Text, message.Timestamp));

    static async Task LinkAsync(Chat one, Chat other)
    {
        foreach (var (from, to) in new[] { (one, other), (other, one) })
        {
            using var answer = await WebhookSubscription.AskAsync(to, "/sources", $"{from.Server}");
            Assert.Equal(201, (int)answer.StatusCode);
        }
    }
}
