using Classroom;

namespace Tests;

/// <summary>The race's page, in a real browser.</summary>
[Collection("Race")]
public sealed class BrowserRaceTests : BrowserTests
{
    const string Nothing = "–";

    readonly RaceFixture race;

    /// <summary>In each test nobody writes at first, however the one before ended.</summary>
    public BrowserRaceTests(BrowserFixture fixture, RaceFixture race)
        : base(fixture)
    {
        this.race = race;
        race.Race.WriteBySelf(0);
    }

    /// <summary>What is said on the console of a page whose race has ended.</summary>
    protected override bool MayBeOnConsole(BrowserConsoleEntry entry) =>
        entry.Message.Contains("/events - Failed to load resource: net::ERR_", StringComparison.Ordinal);

    [BrowserFact]
    public async Task What_is_typed_arrives_in_all_lanes_and_in_01_after_its_button_and_both_tabs_show_it()
    {
        await OpenAsync(Alice);
        await Alice.ClickAsync("#reset");
        await Alice.WaitUntilAsync(
            "[...document.querySelectorAll('[data-counter=sent]')].every(sent => sent.textContent === '0')");
        var text = Unique("Hello");
        await Alice.ClickAsync("#text");
        await Alice.TypeAsync($"  {text}\t");
        await Alice.PressAsync(BrowserWindow.Enter);
        await Alice.WaitUntilAsync(
            "[...document.querySelectorAll('.lane')].slice(1)" +
            ".every(lane => lane.querySelector('.text').textContent === arguments[0])",
            text);
        Assert.Equal(Nothing, (await DelaysAsync(Alice))[0]);
        Assert.Equal("", await Alice.ReadAsync<string>("document.getElementById('text').value"));
        await Alice.WaitUntilAsync("document.querySelector('.state').textContent.includes('1 new')");

        await race.StoredAsync();
        await Alice.ClickAsync("#refresh");
        await Alice.WaitUntilAsync("document.querySelector('.lane .text').textContent === arguments[0]", text);
        var delays = await DelaysAsync(Alice);
        Assert.All(delays, delay => Assert.Matches(@"^\d+(\.\d)? m?s$", delay));
        await WaitForCountersAsync(Alice, "1", "1", "0", "0");

        await OpenAsync(Bob);
        Assert.Equal(delays, await DelaysAsync(Bob));
        await WaitForCountersAsync(Bob, "1", "1", "0", "0");
        Assert.Equal(await DotsAsync(Alice), await DotsAsync(Bob));
    }

    [BrowserFact]
    public async Task The_class_writes_by_itself_until_it_is_switched_off_in_whichever_tab()
    {
        // So many dots that move leave little of the processor for others.
        await Alice.PreferLessMotionAsync();
        await Bob.PreferLessMotionAsync();
        await OpenAsync(Alice);
        await OpenAsync(Bob);
        await Alice.RunAsync("document.getElementById('rate').value = '20'");
        await Alice.ClickAsync("#writes");
        await Bob.WaitUntilAsync("document.getElementById('writes').checked");
        Assert.Equal("20", await Bob.ReadAsync<string>("document.getElementById('rate').value"));
        await Bob.WaitUntilAsync("Number(document.querySelector('[data-counter=sent]').textContent) > 40");
        await Bob.ClickAsync("#writes");
        await Alice.WaitUntilAsync("!document.getElementById('writes').checked");
        await race.StoredAsync();
        await Alice.ClickAsync("#refresh");
        await Alice.WaitUntilAsync(
            "[...document.querySelectorAll('.lane')].every(lane => " +
            "lane.querySelector('[data-counter=sent]').textContent === " +
            "lane.querySelector('[data-counter=arrived]').textContent)");
        // However much is written, the page keeps the newest dots.
        Assert.InRange(await Alice.ReadAsync<int>("document.querySelectorAll('.dot').length"), 6, 6 * 20);
    }

    [BrowserFact]
    public async Task A_fault_shows_in_the_lane_that_was_chosen()
    {
        await OpenAsync(Alice);
        await OpenAsync(Bob);
        await Alice.RunAsync(
            "const lane = document.getElementById('lane'); lane.value = '4'; lane.dispatchEvent(new Event('change'))");
        await Alice.ClickAsync("[data-fault=freeze]");
        await Bob.WaitUntilAsync("document.querySelector('[data-step=\"4\"] .faults').textContent === 'frozen'");
        Assert.Equal(["", "", "", "frozen", "", ""], await FaultsAsync(Bob));
        // The student's page does not know.
        Assert.Equal("connected", await Bob.ReadAsync<string>(
            "document.querySelector('[data-step=\"4\"] .state').textContent"));
        await Bob.WaitUntilAsync("document.getElementById('note').textContent.startsWith('04 WebSockets: Frozen')");

        // By keyboard: Delay is a switch.
        await Alice.RunAsync("document.querySelector('[data-fault=delay]').focus()");
        await Alice.PressAsync(BrowserWindow.Enter);
        await Alice.WaitUntilAsync("document.querySelector('[data-fault=delay]').ariaPressed === 'true'");
        Assert.Equal("false", await Bob.ReadAsync<string>("document.querySelector('[data-fault=delay]').ariaPressed"));
        await Alice.PressAsync(BrowserWindow.Enter);
        await Alice.WaitUntilAsync("document.querySelector('[data-fault=delay]').ariaPressed === 'false'");
        race.Lane(4).Wire.Freeze(false);
        await Alice.WaitUntilAsync("[...document.querySelectorAll('.faults')].every(fault => !fault.textContent)");
    }

    [BrowserFact]
    public async Task All_of_it_is_in_sight_on_a_projector()
    {
        await OpenAsync(Alice);
        foreach (var (width, height) in new[] { (1280, 720), (1920, 1080) })
        {
            await Alice.ResizeAsync(width, height);
            await Alice.WaitUntilAsync("innerWidth === arguments[0] && innerHeight === arguments[1]", width, height);
            Assert.Equal(
                [height, width],
                await Alice.ReadAsync<int[]>(
                    "[document.documentElement.scrollHeight, document.documentElement.scrollWidth]"));
            Assert.Empty(await Alice.ReadAsync<string[]>(
                """
                [...document.querySelectorAll("h2, dl > div, .late, .state, header > *")]
                  .filter(part => part.scrollWidth > part.clientWidth + 1).map(part => part.outerHTML)
                """));
        }
    }

    [BrowserFact]
    public async Task Nothing_moves_for_who_wants_less_motion()
    {
        await OpenAsync(Alice);
        await OpenAsync(Bob);
        await Bob.PreferLessMotionAsync();
        await Bob.WaitUntilAsync("matchMedia('(prefers-reduced-motion: reduce)').matches");
        race.Race.Write(Unique("On its way"));
        await Alice.WaitUntilAsync("document.getAnimations().length > 0");
        await Bob.WaitUntilAsync("document.querySelectorAll('[data-step=\"1\"] .dot').length > 0");
        Assert.Equal(0, await Bob.ReadAsync<int>("document.getAnimations().length"));
    }

    [BrowserFact]
    public async Task When_the_race_is_over_the_page_says_so_and_goes_on_when_it_is_there_again()
    {
        var port = LoopbackPort.Free();
        var page = await RacePage.StartAsync(race.Race, port, default);
        await OpenAsync(Alice, new($"http://localhost:{port}"));
        await page.StopAsync(new CancellationToken(canceled: true));
        await page.DisposeAsync();
        await Alice.WaitUntilAsync("document.getElementById('problem').textContent.startsWith('The race has ended')");
        await using var again = await RacePage.StartAsync(race.Race, port, default);
        await Alice.WaitUntilAsync("document.getElementById('problem').textContent === ''");
        await Alice.LeaveAsync();
    }

    Task OpenAsync(BrowserWindow window) => OpenAsync(window, race.Address);

    static async Task OpenAsync(BrowserWindow window, Uri address)
    {
        await window.GoAsync(address.ToString());
        await window.WaitUntilAsync($"document.querySelectorAll('.lane').length === {Technique.All.Count}");
    }

    static Task<string[]> DelaysAsync(BrowserWindow window) => window.ReadAsync<string[]>(
        "[...document.querySelectorAll('.duration')].map(delay => delay.textContent)");

    static Task<string[]> FaultsAsync(BrowserWindow window) => window.ReadAsync<string[]>(
        "[...document.querySelectorAll('.faults')].map(fault => fault.textContent)");

    /// <summary>Where each lane's dots are.</summary>
    static Task<string[]> DotsAsync(BrowserWindow window) => window.ReadAsync<string[]>(
        "[...document.querySelectorAll('.dot')].map(dot => dot.style.transform)");

    static Task WaitForCountersAsync(
        BrowserWindow window, string sent, string arrived, string missing, string twice) => window.WaitUntilAsync(
        """
        [...document.querySelectorAll(".lane")].every(lane => ["sent", "arrived", "missing", "twice"].every(
          (name, i) => lane.querySelector(`[data-counter=${name}]`).textContent === arguments[i]))
        """,
        sent, arrived, missing, twice);
}
