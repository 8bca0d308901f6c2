using System.Net;

namespace Tests;

/// <summary>Whatever a visitor types, it is text: nothing of it runs, and the page keeps its shape.</summary>
[Collection("Browser")]
public sealed class BrowserTextTests(BrowserFixture fixture) : BrowserTests(fixture)
{
    const int Limit = 500; // UTF-16 code units, in the input and on the server
    const string Emoji = "😀";

    // Each sets a flag if it runs, breaks out of something, or is hard to lay out. At most 50 long: they are names as
    // well.
    static readonly string[] hostile =
    [
        "<img src=x onerror=\"window.ran=1\">",
        "\"><script>window.ran=1</script>",
        "'><svg/onload=window.ran=1>",
        "<iframe srcdoc='<script>parent.ran=1</script>'>",
        "javascript:window.ran=1;alert(1)",
        "</p></article></div><h1>A heading</h1>",
        "${window.ran=1}{{window.ran=1}}",
        "&lt;b&gt;bold&lt;/b&gt;&amp;",
        "\u202Egnp.ecila\u202E and on",
        "\u2067right to left isolate",
        "שלום, Боб",
        new('W', 50),
        "ВашеІм'я",
        "Z\u0351\u036B\u0343\u036A\u0302\u0346\u0350\u0364\u0369algo",
    ];

    /// <summary>Reasons come from the browser and from the server, with or without a full stop.</summary>
    [BrowserFact, Trait("Step", "1")]
    public async Task A_reason_has_one_full_stop()
    {
        await Alice.OpenChatAsync(Fixture.Server(Steps.Folder(1)), "Alice");
        await Alice.WaitUntilConnectedAsync();
        await Alice.RunAsync(
            "import('/page.js').then(page => page.retry(() => { throw new Error('Nothing came. '); }))");
        await Alice.WaitUntilAsync("document.getElementById('status').dataset.state === 'reconnecting'");
        Assert.Matches(@"^Reconnecting: Nothing came\. Next attempt in [124] s\.$", await Alice.TextAsync("status"));
    }

    [BrowserTheory, MemberData(nameof(Steps.DifferentLooks), MemberType = typeof(Steps))]
    public async Task Markup_in_names_and_texts_is_text(string step)
    {
        var server = Fixture.Server(step);
        var sent = hostile.Select((name, index) => (Name: name, Text: Unique(hostile[^(index + 1)]))).ToList();
        var late = sent[^3..];
        var unbroken = Unique(new string('W', Limit - 10)).Replace(" ", "", StringComparison.Ordinal);
        await Bob.ResizeAsync(360, 740);
        await Task.WhenAll(sent[..^3].Select(one => ChatPage.VisitAsync(step, server, one.Name, one.Text)));
        // Some of it is history for him, and some comes while he is there, or when he sends.
        await Bob.OpenChatAsync(server, hostile[0]);
        await Task.WhenAll(late.Select(one => ChatPage.VisitAsync(step, server, one.Name, one.Text)));
        await Bob.SayAsync(unbroken);
        sent.Add((hostile[0], unbroken));
        foreach (var (_, text) in sent)
        {
            await Bob.WaitForTextAsync(text);
        }

        var rows = await Bob.RowsAsync();
        Assert.All(sent, one => Assert.Single(rows, row => row.User == one.Name && row.Text == one.Text));
        Assert.Equal(hostile[0], await Bob.TextAsync("user"));
        Assert.True(await Bob.ReadAsync<bool>("window.ran === undefined"));
        Assert.False(await Bob.HasDialogAsync());
        Assert.Equal(
            0,
            await Bob.ReadAsync<int>(
                "document.querySelectorAll('body :is(img, script, svg, iframe, a, b), main h1').length"));
        await KeepsItsShapeAsync(Bob);
        // A text that turns the direction does so in its own place only: the name stays above its text.
        Assert.Empty(await Bob.ReadAsync<string[]>(
            """
            [...document.querySelectorAll(".message")]
              .filter(row => row.querySelector(".user").getBoundingClientRect().left
                !== row.querySelector(".text").getBoundingClientRect().left)
              .map(row => row.innerText)
            """));
    }

    [BrowserTheory, MemberData(nameof(Steps.DifferentSending), MemberType = typeof(Steps))]
    public async Task Any_name_is_one_to_chat_under(string step)
    {
        var server = Fixture.Server(step);
        foreach (var (given, shown) in new[]
        {
            ((string?)null, "Anonymous"),
            ("\u0000\u0007 \u001B\u0085", "Anonymous"), // All of it is control characters or blank.
            (new string('n', 80), new string('n', 50)),
            // Cut within an emoji.
            (
                "Al\u0000ic" + string.Concat(Enumerable.Repeat(Emoji, 50)),
                "Al ic" + string.Concat(Enumerable.Repeat(Emoji, 22)) + "\uFFFD"),
        })
        {
            var text = Unique("Who am I?");
            await Alice.OpenChatAsync(server, given);
            Assert.Equal(shown, await Alice.TextAsync("user"));
            await Alice.WaitUntilConnectedAsync();
            await Alice.SayAsync(text);
            await Alice.WaitForTextAsync(text);
            var row = Assert.Single(await Alice.RowsAsync(), row => row.Text == text);
            Assert.Equal((shown, true), (row.User, row.Mine));
        }
    }

    [BrowserTheory, MemberData(nameof(Steps.DifferentSending), MemberType = typeof(Steps))]
    public async Task Five_hundred_emoji_are_cut_as_they_are_typed_and_refused_as_they_are_posted(string step)
    {
        var server = Fixture.Server(step);
        var typed = string.Concat(Enumerable.Repeat(Emoji, 500)); // 1,000 code units
        await Alice.ResizeAsync(360, 740);
        await Alice.OpenChatAsync(server, "ВашеІм'я");
        await Alice.WaitUntilConnectedAsync();
        await Alice.TypeAsync(typed);
        Assert.Equal(typed[..Limit], await Alice.DraftAsync());
        await Alice.PressAsync(BrowserWindow.Enter);
        await Alice.WaitForTextAsync(typed[..Limit]);
        Assert.Contains(
            await Alice.RowsAsync(), row => row is { User: "ВашеІм'я", Mine: true } && row.Text == typed[..Limit]);
        await KeepsItsShapeAsync(Alice);

        var refusal = await Assert.ThrowsAsync<HttpRequestException>(
            () => ChatPage.VisitAsync(step, server, "Bob", typed));
        Assert.Equal(HttpStatusCode.BadRequest, refusal.StatusCode);
        Assert.DoesNotContain(await Alice.RowsAsync(), row => row.Text.Length > Limit);
    }

    // Nothing sticks out to the right, on the page or in what scrolls on it.
    static async Task KeepsItsShapeAsync(BrowserWindow window) => Assert.Empty(await window.ReadAsync<string[]>(
        """
        [document.documentElement, ...document.querySelectorAll("body, body *")]
          .filter(element => element.scrollWidth > Math.max(element.clientWidth, 1)
            && getComputedStyle(element).display !== "inline"
            && element.tagName !== "INPUT"
            || element.getBoundingClientRect().right > innerWidth)
          .map(element => `${element.tagName} ${element.id} ${element.className}: ` +
            `${element.scrollWidth} > ${element.clientWidth}`)
        """));
}
