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
        Assert.Equal(said, await chat.AfterAsync(first - 1));
        Assert.Equal(said[2..], await chat.AfterAsync(first + 1));

        // Ids count from the clock, in microseconds; JavaScript can tell two of them apart.
        var started = DateTimeOffset.UnixEpoch.AddMicroseconds(first);
        Assert.InRange(started, before.AddDays(-1), before.AddDays(1));
        Assert.True(first < 1L << 53);
        var times = said.Select(one => one.Timestamp).ToArray();
        Assert.Equal(times.Order(), times);
        Assert.All(times, time => Assert.InRange(time, before, DateTimeOffset.UtcNow));
        Assert.All(times, time => Assert.Equal(TimeSpan.Zero, time.Offset));
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
            ("\\u0041", "\\u0041 \\ / ${1}"),
            ("%00 {{2}}", "%00 {0} \u2028."),
            (Rows.Repeat("a", 50), Rows.Repeat("a", 500)),
            (Rows.Repeat("я", 50), Rows.Repeat("я", 500)),
            (Rows.Repeat("😀", 25), Rows.Repeat("😀", 250)), // Two UTF-16 code units, and counted as two.
        ];
        foreach (var (user, text) in all)
        {
            await chat.SayAsync(user, text);
        }
        var trimmed = (await chat.SayAllAsync(" \u00a0Alice ", " Hello, \u2003 Bob \u2003"))[0];
        Assert.Equal(("Alice", "Hello, \u2003 Bob"), (trimmed.User, trimmed.Text));
        Assert.Equal(
            [.. all, (trimmed.User, trimmed.Text)],
            (await chat.AfterAsync(0)).Select(one => (one.User, one.Text)));
    }

    [Theory, Steps(1, 3, 4, 5, 6)]
    public async Task Only_the_newest_1000_messages_are_kept(int number)
    {
        await using var step = await Step.StartAsync(number);
        using var chat = step.Chat();
        var said = await chat.SayAllAsync("Alice", [.. Enumerable.Range(1, 1_003).Select(i => $"Message {i}")]);
        Assert.Equal(1000, await chat.CountAsync("messages"));
        Assert.Equal(said[3..], await chat.AfterAsync(0));
        Assert.Equal(said[3..], await chat.AfterAsync(said[0].Id)); // The two after it are gone.
        Assert.Equal(said[3..], await chat.AfterAsync(said[2].Id));
        Assert.Equal(said[4..], await chat.AfterAsync(said[3].Id));
        Assert.Equal(said[^1..], await chat.AfterAsync(said[^2].Id));
    }

    [Theory, Steps(1, 3, 4, 5, 6)]
    public async Task A_cursor_that_is_ahead_or_below_zero_gets_everything(int number)
    {
        await using var step = await Step.StartAsync(number);
        using var chat = step.Chat();
        var said = await chat.SayAllAsync("Alice", "One", "Two");
        var newest = said[^1].Id;
        foreach (var cursor in new[] { newest + 1, 1L << 53, long.MaxValue, -1, -(1L << 53), long.MinValue })
        {
            Assert.Equal(said, await chat.AfterAsync(cursor));
        }
    }

    [Theory, Steps(1, 3, 4, 5, 6)]
    public async Task The_statistics_are_what_the_server_holds(int number)
    {
        await using var step = await Step.StartAsync(number);
        using var chat = step.Chat();
        await chat.SayAllAsync("Alice", "One", "Two");
        await chat.AfterAsync(0);
        if (number != 1)
        {
            await chat.HoldsAsync("connections", 0); // The reading is over.
        }
        var expected = number switch
        {
            1 => """{"messages":2}""",
            3 => """{"messages":2,"connections":0}""",
            4 or 5 => """{"messages":2,"connections":0,"users":[]}""",
            _ => """{"messages":2,"connections":0,"users":[],"subscriptions":0}""",
        };
        Assert.Equal(expected, (await chat.StatsAsync()).GetRawText());
    }

    /// <summary>An EventSource that gets an error stops for good.</summary>
    [Theory, Steps(5, 6)]
    public async Task Junk_as_a_cursor_of_a_stream_means_from_the_start(int number)
    {
        await using var step = await Step.StartAsync(number);
        using var chat = step.Chat();
        var all = await chat.SayAllAsync("Alice", "One", "Two");
        string[] junk = ["", "last", "1.5", "1e15", "0x10", "9223372036854775808", "%00", "1&after=2", "é"];
        foreach (var each in junk)
        {
            Assert.Equal(all, await FirstAsync($"&after={each}"));
            Assert.Equal(all, await FirstAsync("", lastEventId: each.Replace('é', '?')));
        }

        async Task<ChatMessage[]> FirstAsync(string query, string? lastEventId = null)
        {
            using var events = await EventBlocks.OpenAsync(chat.Http, $"/events?user=Bob{query}", lastEventId);
            return await events.NextBatchAsync();
        }
    }
}
