using Classroom;

namespace Tests;

/// <summary>What the pages of the race are told.</summary>
public sealed class RaceFeedTests
{
    [Fact]
    public async Task A_page_that_does_not_read_is_let_go_and_the_others_are_told_everything()
    {
        var feed = new RaceFeed();
        var asleep = feed.Open("race", new { });
        var awake = feed.Open("race", new { });
        Assert.True(awake.TryRead(out _));
        for (var i = 1; i <= RaceFeed.MostWaiting; i++)
        {
            feed.Tell("note", new { i });
            Assert.True(awake.TryRead(out var item));
            Assert.Equal($$"""{"i":{{i}}}""", item.Data);
        }
        // The first event and all but one of these; then its stream ends.
        for (var i = 0; i < RaceFeed.MostWaiting; i++)
        {
            Assert.True(asleep.TryRead(out _));
        }
        await asleep.Completion.WaitAsync(Wait.Patience);
        Assert.False(awake.Completion.IsCompleted);
    }

    [Fact]
    public async Task A_page_that_is_closed_is_told_no_more()
    {
        var feed = new RaceFeed();
        using var closed = new CancellationTokenSource();
        await using var page = feed.ReadAsync(feed.Open("race", new { }), closed.Token).GetAsyncEnumerator();
        Assert.True(await page.MoveNextAsync());
        Assert.True(feed.HasPages);
        await closed.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await page.MoveNextAsync());
        Assert.False(feed.HasPages);
    }

    [Fact]
    public async Task When_the_race_ends_so_does_every_page()
    {
        var feed = new RaceFeed();
        var before = feed.Open("race", new { });
        feed.End();
        var after = feed.Open("race", new { });
        Assert.True(before.TryRead(out _));
        Assert.True(after.TryRead(out _));
        await Task.WhenAll(before.Completion, after.Completion).WaitAsync(Wait.Patience);
    }
}
