using System.Diagnostics;
using Classroom;

namespace Tests;

/// <summary>
/// The network breaks, and the server goes and comes back, under an open page with something typed in it.
/// All steps go through it at once, each in a window of its own: it is mostly waiting.
/// </summary>
[Collection("Browser, waiting")]
public sealed class BrowserOutageTests(BrowserFixture fixture)
{
    /// <summary>The longest pause of a page is 4 s; all steps recover at once here, and each takes its time.</summary>
    static readonly TimeSpan soon = TimeSpan.FromSeconds(7);

    [BrowserTheory, MemberData(nameof(Steps.All), MemberType = typeof(Steps))]
    public Task A_page_outlives_a_broken_network_and_a_restart_of_its_server(string step) =>
        AtOnce.RunAsync(step, EndureAsync);

    async Task<string> EndureAsync(string step)
    {
        await using var server = HostedStep.Start(step);
        await using var wire = await Wire.StartAsync(server.BaseAddress);
        var session = await fixture.SessionAsync();
        await using var page = await session.OpenWindowAsync();
        await page.OpenChatAsync(wire.Address, "Alice");
        await page.WaitUntilConnectedAsync();
        await page.SayAsync("Before");
        await page.WaitForTextAsync("Before");

        // The network is down, and the chat goes on without this page.
        wire.Refuse(true);
        wire.Cut();
        await SendsAsync(step, page, "Sent while cut off");
        await ChatPage.VisitAsync(step, server.BaseAddress, "Bob", "Missed", "Missed too");
        wire.Refuse(false);
        await ChatPage.VisitAsync(step, server.BaseAddress, "Bob", "Back");
        await RecoversAsync(step, page, "Back", "Sent while cut off");
        await page.SayAsync("After the cut");
        await page.WaitForTextAsync("After the cut");
        string[] shown = ["Before", "Missed", "Missed too", "Back", "Sent while cut off", "After the cut"];
        await ShowsAsync(page, shown);

        // Every connection breaks, and new ones are possible at once.
        wire.Cut();
        await ChatPage.VisitAsync(step, server.BaseAddress, "Bob", "A hiccup");
        if (ChatPage.NeedsReload(step))
        {
            await page.ClickAsync("#refresh");
        }
        await page.WaitForTextAsync("A hiccup");
        await page.WaitUntilConnectedAsync();
        shown = [.. shown, "A hiccup"];
        await ShowsAsync(page, shown);

        // The server is down for 8 s, so that the page's pauses have grown to the longest, and has forgotten
        // everything then.
        await server.StopAsync();
        var stopped = Stopwatch.GetTimestamp();
        await SendsAsync(step, page, "Sent while it was down");
        await Task.Delay(TimeSpan.FromSeconds(Math.Max(0, 8 - Stopwatch.GetElapsedTime(stopped).TotalSeconds)));
        await IsSendingAsync(step, page, "Sent while it was down");
        await server.RestartAsync();
        await ChatPage.VisitAsync(step, server.BaseAddress, "Bob", "New");
        await RecoversAsync(step, page, "New", "Sent while it was down");
        await page.SayAsync("After the restart");
        await page.WaitForTextAsync("After the restart");
        await ShowsAsync(page, [.. shown, "Sent while it was down", "New", "After the restart"]);

        Assert.DoesNotContain(
            await session.ConsoleAsync(),
            entry => entry.Message.Contains($":{wire.Port}/", StringComparison.Ordinal) && !entry.IsLostConnection);
        return "";
    }

    static async Task SendsAsync(string step, BrowserWindow page, string text)
    {
        await page.SayAsync(text);
        await IsSendingAsync(step, page, text);
    }

    // The page tells that it is cut off; 01 does when it is asked for something. What is not stored yet is kept.
    static async Task IsSendingAsync(string step, BrowserWindow page, string text)
    {
        await page.WaitUntilAsync("document.getElementById('sending').textContent === '· sending…'");
        Assert.Equal(text, await page.DraftAsync());
        Assert.True(await page.ReadAsync<bool>("document.getElementById('text').readOnly"));
        if (!ChatPage.NeedsReload(step))
        {
            await page.WaitUntilAsync(
                "document.getElementById('status').dataset.state === 'reconnecting' && " +
                "document.getElementById('status').textContent.startsWith('Reconnecting: ')");
        }
    }

    // Without a hand: a message that was stored when the way was free again tells itself how long that took, and what
    // the page had to send is sent.
    static async Task RecoversAsync(string step, BrowserWindow page, string first, string sent)
    {
        if (!ChatPage.NeedsReload(step))
        {
            await page.WaitForTextAsync(first);
            var row = Assert.Single(await page.RowsAsync(), row => row.Text == first);
            Assert.InRange(row.Lateness, TimeSpan.Zero, soon);
            await page.WaitUntilConnectedAsync();
        }
        await page.WaitForTextAsync(sent);
        await page.WaitUntilAsync(
            "['problem', 'sending'].every(id => document.getElementById(id).textContent === '') && " +
            "document.getElementById('text').value === '' && !document.getElementById('text').readOnly");
        if (Technique.Of(step).HasPresence)
        {
            await page.WaitUntilAsync("document.getElementById('users').textContent === 'Alice'");
        }
    }

    // Each once. In which order those of both were stored, when the way was free again, is the network's affair.
    static async Task ShowsAsync(BrowserWindow page, params string[] texts) =>
        Assert.Equal(texts.Order(), (await page.RowsAsync()).Select(row => row.Text).Order());
}
