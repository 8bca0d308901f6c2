using Classroom;

namespace Tests;

/// <summary>A step's page, as a person at it sees it.</summary>
public static class ChatPage
{
    /// <summary>Opens a step's page, and returns when it has a status: its script runs.</summary>
    public static async Task OpenChatAsync(this BrowserWindow window, Uri server, string? user)
    {
        await window.GoAsync($"{server}{(user is null ? "" : $"?user={Uri.EscapeDataString(user)}")}");
        await window.WaitUntilAsync("document.getElementById('status')?.textContent !== ''");
    }

    /// <summary>
    /// Types a message and sends it with Enter, once the page is ready for it: the focus is in the input by itself, and
    /// nothing is in it.
    /// </summary>
    public static async Task SayAsync(this BrowserWindow window, string text)
    {
        await window.WaitUntilAsync(
            "(input => document.activeElement === input && !input.readOnly && " +
            "!input.value)(document.getElementById('text'))");
        await window.TypeAsync(text);
        await window.PressAsync(BrowserWindow.Enter);
    }

    /// <summary>Waits until a message with this text is on the page.</summary>
    public static Task WaitForTextAsync(this BrowserWindow window, string text) =>
        window.WaitUntilAsync(
            "[...document.querySelectorAll('#messages .text')].some(shown => shown.textContent === arguments[0])",
            text);

    /// <summary>The messages on the page, from top to bottom.</summary>
    public static Task<BrowserRow[]> RowsAsync(this BrowserWindow window) => window.ReadAsync<BrowserRow[]>(
        """
        [...document.querySelectorAll("#messages > *")].map(row => ({
          user: row.querySelector(".user").textContent, text: row.querySelector(".text").textContent,
          time: row.querySelector(".time").textContent, late: row.querySelector(".late").textContent,
          mine: row.classList.contains("mine") }))
        """);

    public static Task<string> TextAsync(this BrowserWindow window, string id) =>
        window.ReadAsync<string>("document.getElementById(arguments[0]).textContent", id);

    /// <summary>What is typed and not sent.</summary>
    public static Task<string> DraftAsync(this BrowserWindow window) =>
        window.ReadAsync<string>("document.getElementById('text').value");

    /// <summary>The lines of the wire panel.</summary>
    public static Task<string[]> WireAsync(this BrowserWindow window) =>
        window.ReadAsync<string[]>("[...document.querySelectorAll('#wire li')].map(line => line.textContent)");

    /// <summary>The counters of the wire panel, and its lines as of the same moment.</summary>
    public static Task<BrowserCounters> CountersAsync(this BrowserWindow window) => window.ReadAsync<BrowserCounters>(
        """
        (number => ({
          out: number("out"), in: number("in"), nothing: number("nothing"), bytes: number("bytes"),
          delay: document.getElementById("delay").textContent,
          lines: [...document.querySelectorAll("#wire li")].map(line => line.textContent) }))
        (id => Number(document.getElementById(id).textContent.replace(/\D/g, "")))
        """);

    /// <summary>Waits until the page does not say that it is cut off.</summary>
    public static Task WaitUntilConnectedAsync(this BrowserWindow window) =>
        window.WaitUntilAsync("document.getElementById('status').dataset.state !== 'reconnecting'");

    /// <summary>01 shows what others wrote when it is loaded anew, the other steps by themselves.</summary>
    public static bool NeedsReload(string step) => Technique.Of(step).Reading == Reading.Reload;

    /// <summary>Subscribes a page's server to another one, by the page.</summary>
    public static async Task SubscribeAsync(this BrowserWindow window, Uri other)
    {
        await window.ClickAsync("#url");
        await window.TypeAsync(other.ToString());
        await window.PressAsync(BrowserWindow.Enter);
        await window.WaitUntilAsync(
            "document.getElementById('webhooks').textContent.includes(arguments[0])",
            $"Subscribed to {other.Authority}");
        await window.ClickAsync("#text");
    }

    /// <summary>Sends as somebody who comes, says it, and goes.</summary>
    public static async Task VisitAsync(string step, Uri server, string user, params string[] texts)
    {
        await using var student = Student.Create(step, server, user);
        student.Start();
        await student.Connected.WaitAsync(Wait.Patience);
        foreach (var text in texts)
        {
            await student.SendAsync(text);
        }
    }
}
