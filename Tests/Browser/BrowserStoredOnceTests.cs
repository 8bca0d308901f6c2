using Classroom;

namespace Tests;

/// <summary>
/// What a person sends is stored once and shown once, whatever breaks meanwhile; and the text stays until it is stored.
/// All steps go through it at once, each in windows of its own.
/// </summary>
[Collection("Browser, sending")]
public sealed class BrowserStoredOnceTests(BrowserFixture fixture)
{
    const string Sending =
        "document.getElementById('sending').textContent.includes('sending…') && " +
        "document.getElementById('text').readOnly && document.getElementById('text').value === arguments[0]";

    const string Sent =
        "document.getElementById('sending').textContent === '' && " +
        "!document.getElementById('text').readOnly && document.getElementById('text').value === ''";

    /// <summary>Long enough to break the connection between the storing and the answer.</summary>
    static readonly TimeSpan slow = TimeSpan.FromSeconds(2);

    [BrowserTheory, MemberData(nameof(Steps.All), MemberType = typeof(Steps))]
    public Task A_page_sends_again_until_its_message_is_stored_and_it_is_there_once(string step) =>
        AtOnce.RunAsync(step, SendAsync);

    [BrowserTheory, MemberData(nameof(Steps.DifferentSending), MemberType = typeof(Steps))]
    public Task What_the_server_refuses_stays_with_its_reason(string step) => AtOnce.RunAsync(step, RefuseAsync);

    async Task<string> SendAsync(string step)
    {
        await using var server = HostedStep.Start(step);
        var address = server.BaseAddress;
        await using var wire = await Wire.StartAsync(address);
        var session = await fixture.SessionAsync();
        await using var alice = await session.OpenWindowAsync();
        await using var bob = await session.OpenWindowAsync();
        await bob.OpenChatAsync(address, "Bob");
        await bob.WaitUntilConnectedAsync();
        await alice.OpenChatAsync(wire.Address, "Alice");
        await alice.WaitUntilConnectedAsync();

        // It is stored, and the answer is lost. Then the network is down for a moment.
        await BreakAsync(alice, wire, address, "First", stored: 1);
        wire.Refuse(true);
        wire.Cut();
        wire.Delay = TimeSpan.Zero;
        await alice.WaitUntilAsync(Sending, "First");
        wire.Refuse(false);
        await alice.WaitUntilAsync(Sent);
        await alice.WaitForTextAsync("First");
        Assert.Equal(1, await KeyedChat.StatsAsync(address, "messages"));
        await SeeAsync(step, bob, "First");

        // It is stored, and the server is gone before its answer has arrived. Bob has got it already.
        await BreakAsync(alice, wire, address, "Second", stored: 2);
        wire.Freeze(true);
        await SeeAsync(step, bob, "Second");
        await alice.WaitUntilAsync(Sending, "Second");
        await server.RestartAsync();
        wire.Cut();
        wire.Delay = TimeSpan.Zero;
        wire.Freeze(false);
        await alice.WaitUntilAsync(Sent);
        await alice.WaitForTextAsync("Second");
        // Its memory is gone: that one is the only one it has.
        Assert.Equal(1, await KeyedChat.StatsAsync(address, "messages"));

        // Bob gets it anew, and does not show it anew. What comes next shows that he has got it.
        await bob.SayAsync("Third");
        await bob.WaitForTextAsync("Third");
        await alice.SayAsync("Fourth");
        await alice.WaitForTextAsync("Fourth");
        Assert.Equal(3, await KeyedChat.StatsAsync(address, "messages"));
        Assert.Equal(["First", "Second", "Third", "Fourth"], await TextsAsync(alice));
        if (ChatPage.NeedsReload(step))
        {
            // He has reloaded his page since the first one, and not since the third.
            Assert.Equal(["First", "Second", "Third"], await TextsAsync(bob));
            return "";
        }
        await bob.WaitForTextAsync("Fourth");
        Assert.Equal(["First", "Second", "Third", "Fourth"], await TextsAsync(bob));
        return "";
    }

    async Task<string> RefuseAsync(string step)
    {
        await using var server = HostedStep.Start(step);
        await using var page = await (await fixture.SessionAsync()).OpenWindowAsync();
        await page.OpenChatAsync(server.BaseAddress, "Alice");
        await page.WaitUntilConnectedAsync();
        var text = new string('x', 501);
        await page.RunAsync(
            "document.getElementById('text').value = arguments[0]; " +
            "document.getElementById('form').requestSubmit()",
            text);
        await page.WaitUntilAsync(
            "/^Not sent: .*500/.test(document.getElementById('problem').textContent) && " +
            "document.getElementById('sending').textContent === '' && !document.getElementById('text').readOnly");
        Assert.Equal(text, await page.DraftAsync());
        // The page does not try it again by itself; what is sent next is stored.
        await page.WaitUntilConnectedAsync();
        await page.RunAsync("document.getElementById('text').value = ''");
        await page.SayAsync("Shorter");
        await page.WaitForTextAsync("Shorter");
        await page.WaitUntilAsync(Sent + " && document.getElementById('problem').textContent === ''");
        Assert.Equal(["Shorter"], await TextsAsync(page));
        Assert.Equal(1, await KeyedChat.StatsAsync(server.BaseAddress, "messages"));
        return "";
    }

    // Says something over a slow wire, and returns as soon as it is stored: the answer is still on its way.
    static async Task BreakAsync(BrowserWindow page, Wire wire, Uri server, string text, int stored)
    {
        wire.Delay = slow;
        await page.SayAsync(text);
        await KeyedChat.StatsAsync(server, "messages", stored);
        await page.WaitUntilAsync(Sending, text);
    }

    static async Task SeeAsync(string step, BrowserWindow page, string text)
    {
        if (ChatPage.NeedsReload(step))
        {
            await page.ClickAsync("#refresh");
        }
        await page.WaitForTextAsync(text);
    }

    static async Task<string[]> TextsAsync(BrowserWindow page) =>
        [.. (await page.RowsAsync()).Select(row => row.Text)];
}
