namespace Tests;

/// <summary>A step's page, as a person at it sees it.</summary>
static class ChatPage
{
    /// <summary>Opens a step's page in a window of its own, and waits until it is connected.</summary>
    public static async Task<Window> OpenAsync(this Browser browser, Uri server, string user)
    {
        var window = await browser.OpenAsync();
        await window.OpenChatAsync(server, user);
        return window;
    }

    public static async Task OpenChatAsync(this Window window, Uri server, string user)
    {
        await window.RunAsync("window.isOld = true");
        await window.GoAsync(new(server, $"/?user={Uri.EscapeDataString(user)}"));
        await window.IsConnectedAsync();
    }

    public static Task IsConnectedAsync(this Window window) =>
        window.IsAsync("!window.isOld && status?.textContent && status.dataset.state !== 'reconnecting'");

    /// <summary>Types a text, and Enter, once the page is ready: then the focus is in the empty field.</summary>
    public static async Task SayAsync(this Window window, string said)
    {
        await window.IsAsync("document.activeElement === text && text.value === ''");
        await window.TypeAsync(said);
        await window.PressAsync("Enter");
    }

    /// <summary>What was said is on its way, and the page shows it.</summary>
    public static Task IsSendingAsync(this Window window, string said) =>
        window.IsAsync("sending.textContent === arguments[0]", $"· sending… {said}");

    /// <summary>What was said is stored.</summary>
    public static Task HasSentAsync(this Window window) =>
        window.IsAsync("!sending.textContent && !text.value && !problem.textContent");

    /// <summary>Waits until the last of these texts is shown: then these are shown, and no others.</summary>
    public static async Task ShowsAsync(this Window window, params string[] texts)
    {
        await window.IsAsync(
            "[...messages.querySelectorAll('.text')].some(shown => shown.textContent === arguments[0])", texts[^1]);
        Assert.Equal(texts, (await window.RowsAsync()).Select(row => row.Text));
    }

    /// <summary>The messages, from top to bottom.</summary>
    public static Task<Row[]> RowsAsync(this Window window) => window.ReadAsync<Row[]>(
        """
        [...messages.children].map(row => ({
          ...Object.fromEntries(["user", "text", "time", "late"].map(
            name => [name, row.querySelector(`.${name}`).textContent])),
          isMine: row.classList.contains("mine"),
        }))
        """);

    /// <summary>The lines of the wire panel.</summary>
    public static Task<string[]> WireAsync(this Window window) =>
        window.ReadAsync<string[]>("[...wire.children].map(line => line.textContent)");

    /// <summary>01 shows what others wrote when it is loaded anew, the other steps by themselves.</summary>
    public static async Task ReloadAsync(this Window window, Step step)
    {
        if (step.Technique.Reading == Reading.Reload)
        {
            await window.RunAsync("window.isOld = true");
            await window.ClickAsync("#refresh");
            await window.IsAsync("!window.isOld && status?.textContent");
        }
    }

    /// <summary>What sticks out to the right: of the window, or of what it is in.</summary>
    public static Task<string[]> SticksOutAsync(this Window window) => window.ReadAsync<string[]>(
        """
        [document.documentElement, ...document.querySelectorAll("body, body *")]
          .filter(element => element.getBoundingClientRect().right > innerWidth
            || element.scrollWidth > Math.max(element.clientWidth, 1)
            && getComputedStyle(element).display !== "inline" && element.tagName !== "INPUT")
          .map(element => `${innerWidth}: ${element.tagName} ${element.id} ${element.className}`)
        """);

    public sealed record Row(string User, string Text, string Time, string Late, bool IsMine);
}
