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
        await using var server = await StepProcess.StartAsync(step);
        await using var wire = await Wire.StartAsync(server.BaseAddress);
        var session = await fixture.SessionAsync();
        var page = await session.OpenWindowAsync();
        try
        {
            await page.OpenChatAsync(wire.Address, "Alice");
            await page.WaitUntilConnectedAsync();
            await page.SayAsync("Before");
            await page.WaitForTextAsync("Before");

            // The network is down, and the chat goes on without this page.
            wire.Refuse(true);
            wire.Cut();
            await page.TypeAsync("Typed while cut off");
            await SaysSoAsync(step, page);
            await ChatPage.VisitAsync(step, server.BaseAddress, "Bob", "Missed", "Missed too");
            wire.Refuse(false);
            await ChatPage.VisitAsync(step, server.BaseAddress, "Bob", "Back");
            await RecoversAsync(step, page, "Back", "Typed while cut off");
            await ShowsAsync(page, "Before", "Missed", "Missed too", "Back", "Typed while cut off");

            // Every connection breaks, and new ones are possible at once.
            wire.Cut();
            await ChatPage.VisitAsync(step, server.BaseAddress, "Bob", "A hiccup");
            if (ChatPage.NeedsReload(step))
            {
                await page.ClickAsync("#refresh");
            }
            await page.WaitForTextAsync("A hiccup");
            await page.WaitUntilConnectedAsync();
            await ShowsAsync(page, "Before", "Missed", "Missed too", "Back", "Typed while cut off", "A hiccup");

            // The server is down for 8 s, so that the page's pauses have grown to the longest, and has forgotten
            // everything then.
            await server.StopAsync();
            var stopped = Stopwatch.GetTimestamp();
            await page.TypeAsync("Typed while it was down");
            await SaysSoAsync(step, page);
            await Task.Delay(TimeSpan.FromSeconds(Math.Max(0, 8 - Stopwatch.GetElapsedTime(stopped).TotalSeconds)));
            await SaysSoAsync(step, page);
            await server.RestartAsync();
            await ChatPage.VisitAsync(step, server.BaseAddress, "Bob", "New");
            await RecoversAsync(step, page, "New", "Typed while it was down");
            await ShowsAsync(
                page, "Before", "Missed", "Missed too", "Back", "Typed while cut off", "A hiccup", "New",
                "Typed while it was down");

            Assert.DoesNotContain(
                await session.ConsoleAsync(),
                entry => entry.Message.Contains($":{wire.Port}/", StringComparison.Ordinal) && !entry.IsLostConnection);
            return "";
        }
        finally
        {
            await page.CloseAsync();
        }
    }

    // The page tells that it is cut off; 01 does when it is asked for something. What cannot be sent is kept.
    static async Task SaysSoAsync(string step, BrowserWindow page)
    {
        var draft = await page.DraftAsync();
        await page.RunAsync("document.getElementById('problem').textContent = ''");
        await page.PressAsync(BrowserWindow.Enter);
        await page.WaitUntilAsync(
            "/^Not sent: ./.test(document.getElementById('problem').textContent) && document.activeElement.id " +
            "=== 'text'");
        Assert.NotEqual("", draft);
        Assert.Equal(draft, await page.DraftAsync());
        if (!ChatPage.NeedsReload(step))
        {
            await page.WaitUntilAsync(
                "document.getElementById('status').dataset.state === 'reconnecting' && " +
                "document.getElementById('status').textContent.startsWith('Reconnecting: ')");
        }
    }

    // Without a hand: a message that was stored when the way was free again tells itself how long that took. Then the
    // draft can be sent.
    static async Task RecoversAsync(string step, BrowserWindow page, string first, string draft)
    {
        if (!ChatPage.NeedsReload(step))
        {
            await page.WaitForTextAsync(first);
            var row = Assert.Single(await page.RowsAsync(), row => row.Text == first);
            Assert.InRange(row.Lateness, TimeSpan.Zero, soon);
            await page.WaitUntilConnectedAsync();
        }
        Assert.Equal(draft, await page.DraftAsync());
        await page.PressAsync(BrowserWindow.Enter);
        await page.WaitForTextAsync(draft);
        await page.WaitUntilAsync(
            "document.getElementById('problem').textContent === '' && document.getElementById('text').value === ''");
        if (Technique.Of(step).HasPresence)
        {
            await page.WaitUntilAsync("document.getElementById('users').textContent === 'Alice'");
        }
    }

    static async Task ShowsAsync(BrowserWindow page, params string[] texts) =>
        Assert.Equal(texts, (await page.RowsAsync()).Select(row => row.Text));
}
