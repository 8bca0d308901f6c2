namespace Tests;

/// <summary>Whatever breaks under an open page: in the end all is shown once, and what was sent stored once.</summary>
[Collection("Browser")]
public sealed class BrowserOutageTests(Browser browser)
{
    [Theory, Steps(1, 2, 3, 4, 5, 6)]
    public async Task Pages_outlive_a_lost_answer_a_dead_network_and_a_server_that_comes_back_with_lower_ids(int number)
    {
        // To a page, a server that has run for longer is as good as one that was started anew with its clock set back.
        await using var earlier = await Step.StartAsync(number);
        await using var later = await Step.StartAsync(number);
        using var chatOfEarlier = earlier.Chat();
        using var chat = later.Chat();
        var server = later;
        await using var wire = new Wire(() => server?.Address);
        await using var wireOfBob = new Wire(() => server?.Address);
        await chat.SayAsync("Carol", "Without a key");
        await using var alice = await browser.OpenAsync(wire.Address, "Alice");
        await using var bob = await browser.OpenAsync(wireOfBob.Address, "Bob");

        // It is stored, and the answer is lost. Then the network is down, and the chat goes on without her.
        wire.Hold();
        await alice.SayAsync("First");
        await chat.HoldsAsync("messages", 2);
        await alice.IsSendingAsync("First");
        wire.Refuse();
        wire.Cut();
        await IsCutOffAsync("First");
        await chat.SayAsync("Carol", "Missed");
        wire.Release();
        await alice.HasSentAsync();
        await alice.ShowsAsync("Without a key", "First", "Missed");
        Assert.Equal(3, await chat.CountAsync("messages"));

        // It is stored, and the server is gone before its answer has arrived. Bob has got it.
        wire.Hold();
        await alice.SayAsync("Second");
        await chat.HoldsAsync("messages", 4);
        await bob.ReloadAsync(later);
        await bob.ShowsAsync("Without a key", "First", "Missed", "Second");
        server = null;
        wire.Cut();
        wireOfBob.Cut();
        wire.Release();
        await IsCutOffAsync("Second");
        if (number is 2 or 3 or 4)
        {
            await alice.IsAsync("status.textContent.includes('Next attempt in 4 s')"); // And no longer.
        }

        // It comes back, and has forgotten everything: so it stores this one anew, and Bob gets it anew. What comes
        // next shows that he has.
        server = earlier;
        await alice.HasSentAsync();
        await alice.ShowsAsync("Without a key", "First", "Missed", "Second");
        await bob.SayAsync("Third");
        await bob.ShowsAsync("Without a key", "First", "Missed", "Second", "Third");
        Assert.Equal(2, await chatOfEarlier.CountAsync("messages"));
        var idOfThird = await bob.ReadAsync<long>("Number(messages.lastElementChild.id.replace(/\\D/g, ''))");
        Assert.InRange(idOfThird, 1, chat.Newest);

        // The first one is back. To cursors that are lower now, it gives again what they have had.
        server = later;
        wireOfBob.Cut();
        await bob.SayAsync("Fourth");
        await bob.HasSentAsync();
        await bob.ShowsAsync("Without a key", "First", "Missed", "Second", "Third", "Fourth");
        await bob.IsConnectedAsync();
        Assert.Equal(5, await chat.CountAsync("messages"));

        // The page tells that it is cut off; 01 does when it is asked for something.
        async Task IsCutOffAsync(string said)
        {
            if (number != 1)
            {
                await alice.IsAsync(
                    "status.dataset.state === 'reconnecting' && status.textContent.startsWith('Reconnecting: ')");
            }
            await alice.IsSendingAsync(said);
        }
    }

    /// <summary>No connection ends, and nothing comes. The page's own limits tell it so.</summary>
    [Theory, Steps(1, 2, 3, 4, 5, 6)]
    public async Task On_a_dead_network_a_page_waits_no_longer_than_its_limit(int number)
    {
        await using var step = await Step.StartAsync(number, ("HeartbeatSeconds", number == 4 ? "30" : "0.1"));
        await using var wire = step.Wire();
        using var chat = step.Chat();
        await using var alice = await browser.OpenAsync(wire.Address, "Alice");
        await alice.SayAsync("Before");
        await alice.ShowsAsync("Before");
        await alice.HasSentAsync();
        if (step.Technique.Reading == Reading.EventStream)
        {
            // Each heartbeat begins the 40 s anew.
            await alice.IsAsync("users.textContent"); // Nothing else comes after that.
            await alice.RunAsync("window.first = limitsOf(40000)[0][0]; window.lines = wire.children.length");
            await alice.IsAsync("wire.children.length > lines + 3");
            Assert.True(await alice.ReadAsync<bool>("limitsOf(40000).length === 1 && limitsOf(40000)[0][0] !== first"));
        }
        wire.Hold(Direction.Both);
        await alice.SayAsync("Said on a dead network");
        await alice.IsSendingAsync("Said on a dead network");
        Assert.NotEqual(0, await alice.ReadAsync<int>("expire(10000)"));
        if (number is 3 or 5 or 6)
        {
            Assert.NotEqual(0, await alice.ReadAsync<int>("expire(40000)"));
        }
        if (number != 1)
        {
            // 02 may have been in its pause, and asks only now.
            await alice.IsAsync("expire(10000) + expire(40000) >= 0 && status.dataset.state === 'reconnecting'");
        }
        if (step.Technique.SendsByPost)
        {
            await alice.IsAsync("[...wire.children].filter(line => line.innerText.includes('POST')).length > 2");
        }
        await alice.IsSendingAsync("Said on a dead network");
        wire.Release();
        await alice.HasSentAsync();
        await alice.ShowsAsync("Before", "Said on a dead network");
        await alice.IsConnectedAsync();
        Assert.Equal(2, await chat.CountAsync("messages"));
        // She has not asked for what she had.
        Assert.DoesNotMatch("after=0( |$)", (await alice.WireAsync()).Last(line => line.StartsWith("→ GET")));
    }
}
