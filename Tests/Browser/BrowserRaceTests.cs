namespace Tests;

/// <summary>The race's page, in a real browser.</summary>
[Collection("Browser")]
public sealed class BrowserRaceTests(Browser browser)
{
    [Fact(Timeout = StepsAttribute.Hang)]
    public async Task What_is_typed_moves_in_six_lanes_and_the_keyboard_alone_suffices()
    {
        await using var race = await Race.StartAsync(Technique.All, 2, TestContext.Current.CancellationToken);
        await using var server = await RacePage.StartAsync(race, "http://127.0.0.1:0", Until.Token);
        await using var alice = await browser.OpenAsync();
        await alice.ResizeAsync(1280, 720);
        await alice.GoAsync(new(server.Urls.Single()));
        await alice.IsAsync("document.querySelectorAll('.lane').length === 6");
        await alice.SayAsync("Hello");
        const string Lanes = "[...document.querySelectorAll('.lane')]";
        await alice.IsAsync($"{Lanes}.slice(1).every(lane => lane.querySelector('.text').innerText === 'Hello')");
        await alice.IsAsync($"{Lanes}.every(lane => lane.querySelector('.dot'))");
        Assert.Equal("–", await alice.ReadAsync<string>("document.querySelector('.duration').innerText"));
        await Until.TrueAsync(() => race.Lanes.Skip(1).All(lane => lane.Count() is { Sent: 1, Arrived: 1 }));

        // 01 waits for its button. (A reload may come before the message.)
        do
        {
            await PressAsync("#refresh");
        }
        while (!await alice.ReadAsync<bool>($"{Lanes}[0].querySelector('.text').innerText === 'Hello'"));
        await alice.IsAsync($"{Lanes}.every(lane => /^\\d/.test(lane.querySelector('.duration').innerText))");
        Assert.Equal(720, await alice.ReadAsync<int>("document.documentElement.scrollHeight"));
        Assert.Equal(1280, await alice.ReadAsync<int>("document.documentElement.scrollWidth"));

        // To delay is a switch, and shows in each lane.
        await PressAsync("[data-fault=delay]");
        await alice.IsAsync("document.querySelector('[data-fault=delay]').ariaPressed === 'true'");
        await alice.IsAsync($"{Lanes}.every(lane => lane.querySelector('.faults').innerText === 'delayed')");

        async Task PressAsync(string selector)
        {
            while (!await alice.ReadAsync<bool>("document.activeElement.matches(arguments[0])", selector))
            {
                await alice.PressAsync("Tab");
            }
            await alice.PressAsync("Enter");
        }
    }
}
