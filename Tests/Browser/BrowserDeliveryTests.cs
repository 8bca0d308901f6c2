using System.Text;
using System.Text.RegularExpressions;

namespace Tests;

/// <summary>Alice and Bob in two windows: what one writes, the other reads, and the page shows how it came.</summary>
[Collection("Browser")]
public sealed class BrowserDeliveryTests(Browser browser)
{
    const string Said = "Привіт, Bob!";
    const string Delay = @"^\+\d+ ms$|^\+\d\d?\.\d s$";

    [Theory, Steps(1, 2, 3, 4, 5, 6)]
    public async Task A_message_is_on_both_pages_once_and_the_panel_shows_how_it_came(int number)
    {
        var heartbeat = number == 4 ? "30" : "1"; // There a browser would have to answer in time.
        await using var step = await Step.StartAsync(number, ("HoldSeconds", "1"), ("HeartbeatSeconds", heartbeat));
        await using var alice = await browser.OpenAsync(step.Address!, "Alice");
        await using var bob = await browser.OpenAsync(step.Address!, "Bob");
        await alice.SayAsync(Said);
        await alice.ShowsAsync(Said);
        await alice.HasSentAsync();
        if (number == 1)
        {
            Assert.Empty(await bob.RowsAsync()); // Nobody has told Bob's page to ask.
        }
        await bob.ReloadAsync(step);
        await bob.ShowsAsync(Said);
        await bob.SayAsync("Hello, Alice.");
        await bob.ShowsAsync(Said, "Hello, Alice.");

        var (status, lines, pause) = ToldBy(step.Technique);
        string[] shown = [];
        await Until.TrueAsync(
            async () => (shown = await KindsAsync(alice)).Length >= lines.Length, $"{lines.Length} kinds of lines");
        Assert.Equal(lines.Order(), shown.Order());
        var key = await alice.ReadAsync<string>("JSON.parse(messages.querySelector('.mine').dataset.key)[2]");
        var (start, body) = number == 4
            ? ("→ frame message", $$"""{"type":"message","text":"{{Said}}","key":"{{key}}"}""")
            : ("→ POST /messages", $$"""{"user":"Alice","text":"{{Said}}","key":"{{key}}"}""");
        Assert.Contains($"{start} · {Encoding.UTF8.GetByteCount(body)} B", await alice.WireAsync());

        await alice.ReloadAsync(step);
        await alice.ShowsAsync(Said, "Hello, Alice.");
        foreach (var window in new[] { alice, bob })
        {
            await window.IsAsync("RegExp(arguments[0]).test(status.textContent)", status);
            Assert.All(await window.ReadAsync<double[]>("pauses"), waited => Assert.Equal(pause, waited));
            await CountersAgreeAsync(window);
        }
        var rows = await bob.RowsAsync();
        Assert.Equal([("Alice", false), ("Bob", true)], rows.Select(row => (row.User, row.IsMine)));
        Assert.All(rows, row => Assert.Matches(@"^\d{1,2}:\d\d:\d\d", row.Time));
        // What was there before the page was loaded is history, and not late.
        Assert.Matches(number == 1 ? "^$" : Delay, rows[0].Late);
        Assert.Matches(Delay, rows[1].Late);
    }

    /// <summary>Alice and Bob in Hebrew: side by side, the two would be one text from the right to the left.</summary>
    [Theory, Steps(4, 5, 6)]
    public async Task Who_is_online_follows_the_windows(int number)
    {
        await using var step = await Step.StartAsync(number);
        await using var alice = await browser.OpenAsync(step.Address!, "אליס");
        var second = await browser.OpenAsync(step.Address!, "אליס");
        var bob = await browser.OpenAsync(step.Address!, "בוב");
        await bob.IsAsync("users.textContent === 'אליס, בוב'");
        await alice.IsAsync("users.textContent === 'אליס, בוב'");
        Assert.True(await alice.ReadAsync<bool>("users.children[0].offsetLeft < users.children[1].offsetLeft"));
        Assert.Contains("user=אליס&", (await alice.WireAsync())[0]);
        await second.DisposeAsync();
        await bob.DisposeAsync();
        await alice.IsAsync("users.textContent === 'אליס'"); // Her other window counts.
    }

    /// <summary>Else the browser lets one wait for the answer to the other: it might find that in its cache.</summary>
    [Theory, Steps(3)]
    public async Task Two_windows_of_03_wait_at_the_same_time(int number)
    {
        await using var step = await Step.StartAsync(number, ("HoldSeconds", "5"));
        using var chat = step.Chat();
        await using var one = await browser.OpenAsync(step.Address!, "Alice");
        await using var other = await browser.OpenAsync(step.Address!, "Alice");
        var before = await one.ReadAsync<int>("Number(nothing.textContent)");
        var connections = 0;
        await Until.TrueAsync(
            async () => (connections = await chat.CountAsync("connections")) == 2
                || await one.ReadAsync<int>("Number(nothing.textContent)") > before + 3,
            "two to wait, or one to have had some answers meanwhile");
        Assert.Equal(2, connections);
        await chat.SayAsync("Bob", "For both");
        await one.ShowsAsync("For both");
        await other.ShowsAsync("For both");
    }

    /// <summary>A phone's clock, or that of a computer that has slept, is minutes off.</summary>
    [Theory, Steps(4)]
    public async Task A_clock_that_is_off_tells_no_delay_that_is_not_true(int number)
    {
        foreach (var minutes in new[] { -5, 5 })
        {
            await using var step = await Step.StartAsync(number);
            using var chat = step.Chat();
            await using var alice = await browser.OpenAsync();
            await alice.BeforeLoadAsync($"const now = Date.now; Date.now = () => now() + {minutes} * 60000;");
            await alice.OpenChatAsync(step.Address!, "Alice");
            await chat.SayAsync("Bob", "Before she knows the server's clock");
            await alice.ShowsAsync("Before she knows the server's clock");
            await alice.SayAsync("Now she can compare them");
            await alice.HasSentAsync();
            await chat.SayAsync("Bob", "After that");
            await alice.IsAsync("messages.children.length === 3");
            var rows = await alice.RowsAsync();
            Assert.Matches(@"^$|^\+\?$", rows[0].Late);
            Assert.Matches(Delay, rows[2].Late);
        }
    }

    static (string Status, string[] Lines, double Pause) ToldBy(Technique technique)
    {
        string[] post = ["→ POST /messages · # B", "← 201 · # B · # ms"];
        string[] asking = [.. post, "→ GET /messages?after=#", "← 200 · # new · # B · # ms"];
        string[] socket =
        [
            "→ GET /ws?user=Alice&after=# · upgrade", "← 101 · open", "→ frame message · # B",
            "← frame messages · # new · # B", "← frame users · # B",
        ];
        string[] stream =
        [
            .. post, "→ GET /events?user=Alice&after=#", "← 200 · open", "← event users · # B",
            "← event messages · id # · # new · # B", "← event heartbeat · # B",
        ];
        return technique.Reading switch
        {
            Reading.Reload => ("^Loaded at ", [.. asking, "← 200 · nothing new · # B · # ms"], 0),
            Reading.ShortPoll => ("^Asks every 3 s$", [.. asking, "← 200 · nothing new · # B · # ms"], 3000),
            Reading.LongPoll => ("^Waiting for the server's answer$", [.. asking, "← 204 · nothing new · # ms"], 0),
            Reading.WebSocket => ("^Connected$", socket, 0),
            _ => ("^Connected$", stream, 0),
        };
    }

    /// <summary>The lines of the wire panel, with # for a number, each kind once.</summary>
    static async Task<string[]> KindsAsync(Window window) =>
        [.. (await window.WireAsync())
            .Select(line => Regex.Replace(line, @"\d+(?= (new|B|ms))|(?<=(after=|id ))\d+", "#")).Distinct()];

    /// <summary>The counters say what the lines do.</summary>
    static async Task CountersAgreeAsync(Window window)
    {
        var counts = await window.ReadAsync<int[][]>(
            """
            (lines => {
              const received = lines.filter(line => line.startsWith("←"));
              const empty = received.filter(line => line.includes("nothing new"));
              const sizes = received.map(line => Number(line.match(/ · (\d+) B/)?.[1] ?? 0));
              const bytes = sizes.reduce((sum, size) => sum + size);
              return [
                [lines.length - received.length, received.length, empty.length, bytes],
                ["out", "in", "nothing", "bytes"]
                  .map(id => Number(document.getElementById(id).textContent.replace(",", ""))),
              ];
            })([...wire.children].map(line => line.textContent))
            """);
        Assert.Equal(counts[0], counts[1]);
    }
}
