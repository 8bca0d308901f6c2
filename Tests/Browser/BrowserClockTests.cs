using Classroom;

namespace Tests;

/// <summary>
/// The clock of the server was set back, and it was started anew: its ids begin below those that the page shows.
/// All steps go through it at once, each in a window of its own.
/// </summary>
[Collection("Browser, silence")]
public sealed class BrowserClockTests(BrowserFixture fixture)
{
    [BrowserTheory, MemberData(nameof(Steps.All), MemberType = typeof(Steps))]
    public Task A_page_goes_on_where_ids_begin_lower_than_what_it_shows(string step) =>
        AtOnce.RunAsync(step, GoBackAsync);

    async Task<string> GoBackAsync(string step)
    {
        // To the page, a server that has run for longer is as good as a clock that was set back.
        await using var earlier = HostedStep.Start(step);
        await using var later = HostedStep.Start(step);
        await using var page = await (await fixture.SessionAsync()).OpenWindowAsync();
        await using var wire = await Wire.StartAsync(later.BaseAddress);
        await page.OpenChatAsync(wire.Address, "Alice");
        await page.WaitUntilConnectedAsync();
        await page.SayAsync("Before");
        await page.WaitForTextAsync("Before");
        await wire.DisposeAsync();

        var first = await KeyedChat.SendAsync(step, earlier.BaseAddress, "The first after");
        var shown = Assert.Single(await KeyedChat.AfterAsync(step, later.BaseAddress));
        Assert.True(first.Id < shown.Id);
        await using var after = await Wire.StartAsync(earlier.BaseAddress, wire.Port);
        await SeeAsync("The first after");
        await KeyedChat.SendAsync(step, earlier.BaseAddress, "The second after");
        await SeeAsync("The second after");
        // A page that is loaded anew has what its server has.
        string[] before = ChatPage.NeedsReload(step) ? [] : ["Before"];
        Assert.Equal(
            [.. before, "The first after", "The second after"], (await page.RowsAsync()).Select(row => row.Text));
        return "";

        async Task SeeAsync(string text)
        {
            if (ChatPage.NeedsReload(step))
            {
                await page.ClickAsync("#refresh");
            }
            await page.WaitForTextAsync(text);
        }
    }
}
