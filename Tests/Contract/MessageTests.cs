namespace Tests;

/// <summary>What every step does alike with messages, whatever carries them.</summary>
public sealed class MessageTests
{
    [Theory, Steps(1, 3, 4, 5, 6)]
    public async Task What_is_said_comes_back_in_order_with_consecutive_ids(int number)
    {
        await using var step = await Step.StartAsync(number);
        using var chat = step.Chat();
        var before = DateTimeOffset.UtcNow;
        ChatMessage[] said =
        [
            .. await chat.SayAllAsync("Alice", "One", "Two", "Two"), // The same twice is two.
            .. await chat.SayAllAsync("Bob", "Four"),
        ];
        var first = said[0].Id;
        Assert.Equal(
            [(0, "Alice", "One"), (1, "Alice", "Two"), (2, "Alice", "Two"), (3, "Bob", "Four")],
            said.Select(one => (one.Id - first, one.User, one.Text)));

        // Ids count from the clock, in microseconds; JavaScript can tell two of them apart.
        var started = DateTimeOffset.UnixEpoch.AddMicroseconds(first);
        Assert.InRange(started, before.AddDays(-1), before.AddDays(1));
        Assert.True(first < 1L << 53);
        Assert.All(said, one => Assert.InRange(one.Timestamp, before, DateTimeOffset.UtcNow));
        Assert.All(said, one => Assert.Equal(TimeSpan.Zero, one.Timestamp.Offset));

        // Whose cursor is ahead of the log gets all, as after a restart.
        foreach (var cursor in new[] { first - 1, 0, long.MinValue, said[^1].Id + 1, long.MaxValue })
        {
            Assert.Equal(said, await chat.AfterAsync(cursor));
        }
        Assert.Equal(said[2..], await chat.AfterAsync(first + 1));
    }

    [Theory, Steps(1, 3, 4, 5, 6)]
    public async Task Any_text_comes_back_as_it_was_said_but_for_blanks_around_it(int number)
    {
        await using var step = await Step.StartAsync(number);
        using var chat = step.Chat();
        (string User, string Text)[] all =
        [
            ("ВашеІм'я", "Привіт, як справи? Ёлка, їжак, ґанок"),
            ("👩‍👩‍👧‍👦", "👋🏽 🇺🇦 Z̷͎̈́a̸l̵g̶o̴ \U0001F600 e\u0301"),
            ("<img src=x onerror=alert(1)>", "\"><script>alert('&amp;')</script>"),
            ("%00 {{2}}", "\\u0041 {0} \u2028."),
            (Rows.Repeat("😀", 25), Rows.Repeat("😀", 250)), // Two UTF-16 code units, and counted as two.
        ];
        foreach (var (user, text) in all)
        {
            await chat.SayAsync(user, text);
        }
        await chat.SayAsync("Alice", " Hello, \u2003 Bob \u2003");
        Assert.Equal(
            [.. all, ("Alice", "Hello, \u2003 Bob")],
            (await chat.AfterAsync(0)).Select(one => (one.User, one.Text)));
    }

    [Theory, Steps(1, 4)]
    public async Task Only_the_newest_1000_messages_are_kept(int number)
    {
        await using var step = await Step.StartAsync(number);
        using var chat = step.Chat();
        var said = await chat.SayAllAsync("Alice", [.. Enumerable.Range(1, 1_003).Select(i => $"Message {i}")]);
        Assert.Equal(1000, await chat.CountAsync("messages"));
        Assert.Equal(said[3..], await chat.AfterAsync(0));
        Assert.Equal(said[3..], await chat.AfterAsync(said[0].Id)); // The two after it are gone.
        Assert.Equal(said[^1..], await chat.AfterAsync(said[^2].Id));
    }
}
