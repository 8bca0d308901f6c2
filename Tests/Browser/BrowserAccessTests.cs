namespace Tests;

/// <summary>The page without a mouse, by ear, and from the last row.</summary>
[Collection("Browser, waiting")]
public sealed class BrowserAccessTests(BrowserFixture fixture) : BrowserTests(fixture)
{
    [BrowserTheory, MemberData(nameof(Steps.DifferentLooks), MemberType = typeof(Steps))]
    public async Task The_keyboard_alone_suffices(string step)
    {
        var server = Fixture.Server(step);
        string[] texts = [Unique("With Enter"), Unique("With the button")];
        await Alice.OpenChatAsync(server, "Alice");
        await Alice.WaitUntilConnectedAsync();
        Assert.Equal("text", await FocusAsync());

        // From the input all the way round.
        var order = new List<string>();
        do
        {
            await Alice.PressAsync(BrowserWindow.Tab);
            order.Add(await FocusAsync());
            if (order[^1] != "body")
            {
                Assert.NotEqual("", await Alice.FocusLabelAsync());
                // It is seen.
                Assert.NotEqual(
                    "none", await Alice.ReadAsync<string>("getComputedStyle(document.activeElement).outlineStyle"));
            }
        }
        while (order[^1] != "text" && order.Count < 30);
        string[] expected =
        [
            "Send", "wire", .. ChatPage.NeedsReload(step) ? ["refresh"] : Array.Empty<string>(), "messages", "text",
        ];
        Assert.Equal(expected, order.Where(expected.Contains));
        Assert.Equal(
            await Alice.ReadAsync<int>(
                "document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex]').length"),
            order.Count(id => id != "body"));

        await Alice.SayAsync(texts[0]);
        await Alice.WaitForTextAsync(texts[0]);
        await Alice.WaitUntilAsync("document.activeElement.id === 'text' && document.activeElement.value === ''");
        await Alice.TypeAsync(texts[1]);
        await Alice.PressAsync(BrowserWindow.Tab, BrowserWindow.Enter);
        await Alice.WaitForTextAsync(texts[1]);
        await Alice.WaitUntilAsync("document.activeElement.id === 'text' && document.activeElement.value === ''");

        if (ChatPage.NeedsReload(step))
        {
            var text = Unique("By Enter on Refresh");
            await ChatPage.VisitAsync(step, server, "Bob", text);
            await Alice.PressAsync(
                [.. Enumerable.Repeat(BrowserWindow.Tab, order.IndexOf("refresh") + 1), BrowserWindow.Enter]);
            await Alice.WaitForTextAsync(text);
        }
    }

    [BrowserTheory, MemberData(nameof(Steps.DifferentLooks), MemberType = typeof(Steps))]
    public async Task New_messages_and_problems_have_live_regions(string step)
    {
        await Alice.OpenChatAsync(Fixture.Server(step), "Alice");
        Assert.Equal(
            ["messages log polite", "status status", "problem alert"],
            await Alice.ReadAsync<string[]>(
                """
                ["messages", "status", "problem"].map(id => document.getElementById(id))
                  .map(element => [element.id, element.role, element.ariaLive].filter(Boolean).join(" "))
                """));
        Assert.Equal("en", await Alice.ReadAsync<string>("document.documentElement.lang"));
        Assert.Equal(1, await Alice.ReadAsync<int>("document.querySelectorAll('h1').length"));
        Assert.Equal(1, await Alice.ReadAsync<int>("document.querySelectorAll('main').length"));
    }

    [BrowserTheory, MemberData(nameof(Steps.DifferentLooks), MemberType = typeof(Steps))]
    public async Task Every_text_stands_out_from_what_is_behind_it(string step)
    {
        var server = Fixture.Server(step);
        await ChatPage.VisitAsync(step, server, "Bob", Unique("A line of Bob"));
        await Alice.OpenChatAsync(server, "Alice");
        await Alice.WaitUntilConnectedAsync();
        await Alice.SayAsync(Unique("A line of Alice"));
        await Alice.WaitUntilAsync(
            "document.querySelector('.message:not(.mine)') && [...document.querySelectorAll('.mine " +
            ".late')].some(late => late.textContent)");
        await Alice.RunAsync(
            "document.getElementById('problem').textContent = 'Not sent: …'; " +
            "document.getElementById('text').value = 'A draft'");
        foreach (var scheme in new[] { "light", "dark" })
        {
            await Alice.PreferAsync(scheme);
            foreach (var state in new[] { "connected", "waiting", "reconnecting" })
            {
                await Alice.RunAsync("document.getElementById('status').dataset.state = arguments[0]", state);
                var contrasts = await ContrastsAsync();
                Assert.InRange(contrasts.Length, 15, 2000); // All that is on the page has been looked at.
                Assert.DoesNotContain(contrasts, contrast => contrast.Ratio < 4.5);
            }
        }
    }

    Task<string> FocusAsync() => Alice.ReadAsync<string>(
        "document.activeElement === document.body ? 'body' : document.activeElement.id || " +
        "document.activeElement.textContent.trim()");

    // By the formulas of WCAG 2.1. Colors are opaque here; one that is not counts as no contrast at all.
    Task<BrowserContrast[]> ContrastsAsync() => Alice.ReadAsync<BrowserContrast[]>(
        """
        (() => {
          const parse = color => color.match(/^rgb\((\d+), (\d+), (\d+)\)$/)?.slice(1).map(Number);
          const luminance = color => color
            .map(channel => channel / 255)
            .map(channel => channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4)
            .reduce((sum, channel, index) => sum + channel * [0.2126, 0.7152, 0.0722][index], 0);
          const behind = element => {
            const color = getComputedStyle(element).backgroundColor;
            return color !== "rgba(0, 0, 0, 0)" || !element.parentElement ? color : behind(element.parentElement);
          };
          const hasText = element => [...element.childNodes]
            .some(node => node.nodeType === Node.TEXT_NODE && node.data.trim());
          const shown = element => element.checkVisibility() && (element.value || hasText(element));
          const texts = [...document.querySelectorAll("body *")].filter(shown)
            .map(element => [element, getComputedStyle(element).color]);
          const hints = [...document.querySelectorAll("[placeholder]")]
            .map(element => [element, getComputedStyle(element, "::placeholder").color]);
          return [...texts, ...hints].map(([element, color]) => {
            const background = behind(element);
            const [darker, lighter] = [color, background].map(parse)
              .map(channels => channels ? luminance(channels) : 0.5)
              .sort((a, b) => a - b);
            const name = element.id || element.className || element.tagName;
            return { element: name, color, background, ratio: (lighter + 0.05) / (darker + 0.05) };
          });
        })()
        """);

    /// <summary>A text's color against what is behind it: 1 is none, 21 is black on white.</summary>
    sealed record BrowserContrast(string Element, string Color, string Background, double Ratio);
}
