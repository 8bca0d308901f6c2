using System.Diagnostics;
using Classroom;

namespace Tests;

/// <summary>What only time tells a page: by the times that it has by default.</summary>
[Collection("Browser, silence")]
public sealed class BrowserSilenceTests(BrowserFixture fixture)
{
    /// <summary>
    /// The network vanishes, and no connection ends. The browser keeps an event stream open for ever: the page itself
    /// notices that no heartbeat comes.
    /// </summary>
    [BrowserTheory, MemberData(nameof(Steps.WithEventStream), MemberType = typeof(Steps))]
    public Task A_page_connects_again_after_40_seconds_of_silence(string step) => AtOnce.RunAsync(step, BeSilentAsync);

    async Task<string> BeSilentAsync(string step)
    {
        await using var server = HostedStep.Start(step);
        await using var wire = await Wire.StartAsync(server.BaseAddress);
        await using var page = await (await fixture.SessionAsync()).OpenWindowAsync();
        var opened = Stopwatch.GetTimestamp();
        await page.OpenChatAsync(wire.Address, "Alice");
        await page.WaitUntilAsync("document.getElementById('users').textContent === 'Alice'");
        wire.Freeze(true);
        var frozen = Stopwatch.GetTimestamp();
        await KeyedChat.SendAsync(server.Step, server.BaseAddress, "Said meanwhile");
        // Longer than a test waits by default.
        await Task.Delay(TimeSpan.FromSeconds(25));
        const string State = "document.getElementById('status').dataset.state";
        await page.WaitUntilAsync($"{State} === 'reconnecting'");
        // Not sooner: two heartbeats may be late. The 40 s began with the last event, after the page was opened.
        Assert.InRange(Stopwatch.GetElapsedTime(opened).TotalSeconds, 40, 70);
        Assert.InRange(Stopwatch.GetElapsedTime(frozen).TotalSeconds, 0, 50);
        Assert.Contains("40 s", await page.TextAsync("status"));
        wire.Freeze(false);
        await page.WaitForTextAsync("Said meanwhile");
        await page.WaitUntilAsync($"{State} === 'connected'");
        Assert.Equal("Said meanwhile", Assert.Single(await page.RowsAsync()).Text);
        return "";
    }

    /// <summary>
    /// A browser that asks a question twice would let the second wait for the answer to the first, 20 s: it might be
    /// found in the cache then.
    /// </summary>
    [BrowserFact, Trait("Step", "3")]
    public async Task Two_windows_of_03_wait_at_the_same_time()
    {
        await using var server = HostedStep.Start(Steps.Folder(3));
        var session = await fixture.SessionAsync();
        var windows = new[] { await session.OpenWindowAsync(), await session.OpenWindowAsync() };
        foreach (var window in windows)
        {
            await window.OpenChatAsync(server.BaseAddress, "Alice");
        }
        var opened = Stopwatch.GetTimestamp();
        await KeyedChat.StatsAsync(server.BaseAddress, "connections", 2);
        Assert.InRange(Stopwatch.GetElapsedTime(opened).TotalSeconds, 0, 15);
        await KeyedChat.SendAsync(server.Step, server.BaseAddress, "For both");
        foreach (var window in windows)
        {
            await window.WaitForTextAsync("For both");
            var row = Assert.Single(await window.RowsAsync());
            Assert.InRange(row.Lateness, TimeSpan.Zero, TimeSpan.FromSeconds(2));
        }
        // And again, with the same cursor as one another.
        await KeyedChat.StatsAsync(server.BaseAddress, "connections", 2);
    }
}
