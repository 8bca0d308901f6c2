namespace Tests;

/// <summary>The page on the screens of a lecture.</summary>
[Collection("Browser, sending")]
public sealed class BrowserLayoutTests(BrowserFixture fixture) : BrowserTests(fixture)
{
    [BrowserTheory, MemberData(nameof(Steps.DifferentLooks), MemberType = typeof(Steps))]
    public async Task Everything_is_in_sight_on_a_projector(string step)
    {
        await Alice.OpenChatAsync(Fixture.Server(step), "Alice");
        foreach (var (width, height) in new[] { (1024, 768), (1280, 720), (1920, 1080) })
        {
            await Alice.ResizeAsync(width, height);
            Assert.Empty(await Alice.ReadAsync<string[]>(
                """
                [...document.querySelectorAll("header > *, #chat > *, #panel > *, button")]
                  .filter(element => {
                    const { right, bottom } = element.getBoundingClientRect();
                    const around = element.parentElement.closest("header, #chat, #panel").getBoundingClientRect();
                    return right > around.right || bottom > around.bottom
                      || around.right > innerWidth || around.bottom > innerHeight;
                  })
                  .map(element => `${innerWidth}x${innerHeight}: ${element.tagName} ${element.id} sticks out`)
                """));
        }
    }

    [BrowserTheory, MemberData(nameof(Steps.DifferentLooks), MemberType = typeof(Steps))]
    public async Task The_newest_stays_in_sight_when_the_window_becomes_smaller(string step)
    {
        var server = Fixture.Server(step);
        await Alice.ResizeAsync(1100, 850);
        await Alice.OpenChatAsync(server, "Alice");
        await Alice.WaitUntilConnectedAsync();
        await ChatPage.VisitAsync(step, server, "Bob", [.. Enumerable.Range(1, 15).Select(i => Unique($"Line {i}"))]);
        await NewestIsInSightAsync(server, step);
        await Alice.ResizeAsync(1100, 600); // As when the developer tools open below the page.
        await NewestIsInSightAsync(server, step);

        // A reader who has scrolled up stays where she is.
        await Alice.RunAsync(
            """
            const list = document.getElementById("messages");
            list.addEventListener("scroll", () => window.scrolled = true, { once: true });
            list.scrollTop = 50;
            """);
        await Alice.WaitUntilAsync("window.scrolled"); // As the page has seen: it is told by the same event.
        await BothSayAsync(server, step);
        Assert.Equal(50, await Alice.ReadAsync<int>("document.getElementById('messages').scrollTop"));
    }

    async Task NewestIsInSightAsync(Uri server, string step)
    {
        await BothSayAsync(server, step);
        foreach (var list in new[] { "messages", "wire" })
        {
            await Alice.WaitUntilAsync(
                "(list => list.lastElementChild.getBoundingClientRect().bottom" +
                " <= list.getBoundingClientRect().bottom + 5)" +
                "(document.getElementById(arguments[0]))",
                list);
        }
    }

    async Task BothSayAsync(Uri server, string step)
    {
        var text = Unique("The newest");
        await ChatPage.VisitAsync(step, server, "Bob", Unique("The newest but one"), Unique("And another"));
        await Alice.SayAsync(text);
        await Alice.WaitForTextAsync(text);
    }
}
