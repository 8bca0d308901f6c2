using System.Text.RegularExpressions;

namespace Tests;

/// <summary>The page without a mouse, by ear, on a projector, and with much in it.</summary>
[Collection("Browser")]
public sealed class BrowserViewTests(Browser browser)
{
    [Theory, Steps(1, 6)]
    public async Task The_keyboard_alone_suffices(int number)
    {
        await using var step = await Step.StartAsync(number);
        await using var alice = await browser.OpenAsync(step.Address!, "Alice");
        await alice.SayAsync("By Enter");
        await alice.ShowsAsync("By Enter");
        await alice.TypeAsync("By the button");
        await alice.PressAsync("Tab");
        await alice.PressAsync("Enter");
        await alice.ShowsAsync("By Enter", "By the button");

        // From the field all the way round: each stop is seen, and has a name.
        List<string> stops = [];
        const string Focus = "document.activeElement";
        while (stops.LastOrDefault() != "text" && stops.Count < 20)
        {
            await alice.PressAsync("Tab");
            if (await alice.ReadAsync<bool>($"{Focus} !== document.body")) // Else the browser itself has it.
            {
                stops.Add(await alice.ReadAsync<string>($"{Focus}.id || {Focus}.innerText"));
                Assert.NotEqual("", await alice.ReadAsync<string>(
                    """
                    (focus => (focus.labels?.[0] ?? focus.ariaLabelledByElements?.[0] ?? focus).innerText
                      || focus.ariaLabel)(document.activeElement)
                    """));
                Assert.NotEqual("none", await alice.ReadAsync<string>($"getComputedStyle({Focus}).outlineStyle"));
            }
        }
        string[] expected = number == 1
            ? ["Send", "wire", "refresh", "messages", "text"]
            : ["Send", "wire", "url", "Subscribe", "webhooks", "messages", "text"];
        Assert.Equal(expected, stops);
    }

    [Theory, Steps(2)]
    public async Task What_is_new_is_told_by_ear_and_once(int number)
    {
        await using var step = await Step.StartAsync(number);
        await using var alice = await browser.OpenAsync(step.Address!, "Alice");
        Assert.Equal(
            ["log polite", "status ", "status ", "alert "],
            await alice.ReadAsync<string[]>(
                "[messages, status, sending, problem].map(told => `${told.role} ${told.ariaLive ?? ''}`)"));
        // "Asks every 3 s" is said once, however often it asks.
        await alice.RunAsync(
            """
            window.told = 0;
            new MutationObserver(() => told++).observe(status, { childList: true, characterData: true, subtree: true });
            """);
        await alice.IsAsync("Number(nothing.textContent) > 4");
        Assert.Equal(0, await alice.ReadAsync<int>("told"));
    }

    [Theory, Steps(1, 4, 6)]
    public async Task Everything_is_in_sight_on_a_projector(int number)
    {
        await using var step = await Step.StartAsync(number);
        using var chat = step.Chat();
        await chat.SayAllAsync("Bob", [.. Enumerable.Range(1, 50).Select(i => $"Line {i}")]);
        await using var alice = await browser.OpenAsync();
        foreach (var (width, height) in new[] { (1024, 768), (1280, 720), (1920, 1080) })
        {
            await alice.ResizeAsync(width, height);
            await alice.OpenChatAsync(step.Address!, "Alice");
            await alice.IsAsync("messages.children.length === 50");
            await NewestIsInSightAsync(alice);
            Assert.Empty(await alice.SticksOutAsync());
            Assert.Equal(height, await alice.ReadAsync<int>("document.documentElement.scrollHeight"));
            Assert.Empty(await alice.ReadAsync<string[]>(
                """
                [...document.querySelectorAll(":is(header, #chat, #panel) > *")]
                  .filter(part => part.getBoundingClientRect().bottom
                    > part.parentElement.getBoundingClientRect().bottom)
                  .map(part => `${part.tagName} ${part.id} sticks out below`)
                """));
        }
    }

    [Theory, Steps(4)]
    public async Task Who_has_scrolled_up_stays_there(int number)
    {
        await using var step = await Step.StartAsync(number);
        using var chat = step.Chat();
        await chat.SayAllAsync("Bob", [.. Enumerable.Range(1, 50).Select(i => $"Line {i}")]);
        await using var alice = await browser.OpenAsync(step.Address!, "Alice");
        await alice.IsAsync("messages.children.length === 50");
        await NewestIsInSightAsync(alice);
        await alice.ResizeAsync(1100, 600); // As when the developer tools open below the page.
        await chat.SayAsync("Bob", "Newer");
        await alice.IsAsync("messages.children.length === 51");
        await NewestIsInSightAsync(alice);

        await alice.RunAsync(
            """
            messages.addEventListener("scroll", () => window.scrolled = true, { once: true });
            messages.scrollTop = 50;
            """);
        await alice.IsAsync("window.scrolled"); // As the page has seen: it is told by the same event.
        await alice.SayAsync("The newest");
        await alice.IsAsync("messages.children.length === 52");
        Assert.Equal(50, await alice.ReadAsync<int>("messages.scrollTop"));
    }

    [Theory, Steps(1)]
    public async Task A_thousand_messages_are_laid_out_once(int number)
    {
        await using var step = await Step.StartAsync(number);
        using var chat = step.Chat();
        string[] texts = [.. Enumerable.Range(1, 100).Select(i => $"Line {i}")];
        await Task.WhenAll(Enumerable.Range(1, 10).Select(i => chat.SayAllAsync($"Bob {i}", texts)));
        await using var alice = await browser.OpenAsync(step.Address!, "Alice");
        await alice.IsAsync("messages.children.length === 1000");
        await NewestIsInSightAsync(alice);
        var metrics = $"{await alice.CallAsync("Performance.getMetrics")}";
        Assert.InRange(int.Parse(Regex.Match(metrics, @"""LayoutCount"",""value"":(\d+)").Groups[1].Value), 1, 100);
    }

    static async Task NewestIsInSightAsync(Window window)
    {
        foreach (var list in new[] { "messages", "wire" })
        {
            await window.IsAsync(
                """
                (list => list.lastElementChild.getBoundingClientRect().bottom
                  <= list.getBoundingClientRect().bottom + 5)(document.getElementById(arguments[0]))
                """,
                list);
        }
    }
}
