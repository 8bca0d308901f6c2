namespace Tests;

/// <summary>Whatever a visitor types, it is text: nothing of it runs, and the page keeps its shape.</summary>
[Collection("Browser")]
public sealed class BrowserTextTests(Browser browser)
{
    // Each sets a flag if it runs, breaks out of something, or is hard to lay out. At most 50 long: they are names too.
    static readonly string[] hostile =
    [
        "<img src=x onerror=\"window.ran=1\">",
        "\"><script>window.ran=1</script>",
        "<iframe srcdoc='<script>parent.ran=1</script>'>",
        "</p></article></div><h1>A heading</h1>",
        "&lt;b&gt;bold&lt;/b&gt;&amp;",
        "שלום, Боб",
        new('W', 50),
    ];

    // A name must not have such characters.
    static readonly string[] turning = ["\u202Egnp.ecila\u202E and on", "\u2067right to left isolate"];

    [Theory, Steps(1, 4)]
    public async Task Markup_in_names_and_texts_is_text(int number)
    {
        await using var step = await Step.StartAsync(number);
        using var chat = step.Chat();
        foreach (var (name, text) in hostile.Zip(hostile.Reverse()))
        {
            await chat.SayAsync(name, text);
        }
        await chat.SayAllAsync("Carol", turning);
        await using var page = await browser.OpenAsync();
        await page.ResizeAsync(360, 740);
        await page.OpenChatAsync(step.Address!, $"\u0007{hostile[0]}\0😀😀😀😀😀😀😀😀😀");
        // Control characters are blanks in a name, and it is cut at 50: here within an emoji.
        var own = $"{hostile[0]} 😀😀😀😀😀😀😀\uFFFD";
        var unbroken = new string('W', 500);
        await page.SayAsync(unbroken);
        await page.ShowsAsync([.. hostile.Reverse(), .. turning, unbroken]);
        Assert.Equal([.. hostile, "Carol", "Carol", own], (await page.RowsAsync()).Select(row => row.User));
        Assert.Equal(own, await page.ReadAsync<string>("user.textContent"));
        await page.IsAsync("!users || users.textContent === arguments[0]", own);
        Assert.True(await page.ReadAsync<bool>("window.ran === undefined"));
        Assert.Equal(
            0, await page.ReadAsync<int>("document.querySelectorAll(':is(img, svg, iframe, b), main h1').length"));
        Assert.Empty(await page.SticksOutAsync());
        // A text that turns the direction does so in its own place: the name stays above its text.
        Assert.Empty(await page.ReadAsync<string[]>(
            """
            [...messages.children].filter(row => {
              const [name, said] = [".user", ".text"].map(part => row.querySelector(part).getBoundingClientRect());
              return name.left !== said.left;
            }).map(row => row.innerText)
            """));
    }

    /// <summary>With a name that the server refuses, the page would try to connect for ever.</summary>
    [Theory, Steps(4)]
    public async Task A_name_is_one_that_the_server_takes(int number)
    {
        await using var step = await Step.StartAsync(number);
        await using var page = await browser.OpenAsync();
        (string, string)[] rows = [("\u200B\u3164\u0301", "Anonymous"), ("\u202EecilA\u200B", "ecilA\u200B")];
        foreach (var (asked, name) in rows)
        {
            await page.OpenChatAsync(step.Address!, asked);
            await page.SayAsync($"I am {name}");
            await page.HasSentAsync();
            Assert.Equal(name, (await page.RowsAsync())[^1].User);
        }
    }
}
