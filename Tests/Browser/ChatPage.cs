using System.Globalization;
using Classroom;

namespace Tests;

/// <summary>A step's page, as a person at it sees it.</summary>
public static class BrowserChat
{
    /// <summary>Opens a step's page, and returns when it has a status: its script runs.</summary>
    public static async Task OpenChatAsync(this BrowserWindow window, Uri server, string? user)
    {
        await window.GoAsync($"{server}{(user is null ? "" : $"?user={Uri.EscapeDataString(user)}")}");
        await window.WaitUntilAsync("document.getElementById('status')?.textContent !== ''");
    }

    /// <summary>Types a message and sends it with Enter, once the page is ready for it: the focus is in the input by itself, and nothing is in it.</summary>
    public static async Task SayAsync(this BrowserWindow window, string text)
    {
        await window.WaitUntilAsync("(input => document.activeElement === input && !input.readOnly && !input.value)(document.getElementById('text'))");
        await window.TypeAsync(text);
        await window.PressAsync(BrowserWindow.Enter);
    }

    /// <summary>Waits until a message with this text is on the page.</summary>
    public static Task WaitForTextAsync(this BrowserWindow window, string text) =>
        window.WaitUntilAsync("[...document.querySelectorAll('#messages .text')].some(shown => shown.textContent === arguments[0])", text);

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
    public static Task<string> DraftAsync(this BrowserWindow window) => window.ReadAsync<string>("document.getElementById('text').value");

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
    public static bool NeedsReload(string step) => step.StartsWith("01", StringComparison.Ordinal);

    /// <summary>04 and later know who is online.</summary>
    public static bool HasPresence(string step) => string.CompareOrdinal(step, "04") >= 0;

    /// <summary>06 and later can subscribe to another server.</summary>
    public static bool HasWebhooks(string step) => string.CompareOrdinal(step, "06") >= 0;

    /// <summary>Subscribes a page's server to another one, by the page.</summary>
    public static async Task SubscribeAsync(this BrowserWindow window, Uri other)
    {
        await window.ClickAsync("#url");
        await window.TypeAsync(other.ToString());
        await window.PressAsync(BrowserWindow.Enter);
        await window.WaitUntilAsync("document.getElementById('webhooks').textContent.includes(arguments[0])", $"Subscribed to {other.Authority}");
        await window.ClickAsync("#text");
    }

    /// <summary>Sends as somebody who comes, says it, and goes.</summary>
    public static async Task VisitAsync(string step, Uri server, string user, params string[] texts)
    {
        await using var student = Student.Create(step, server, user);
        student.Start();
        await student.Connected;
        foreach (var text in texts)
        {
            await SendAsync(student, text);
        }
    }

    // A student of 04 is seated a moment before it can send.
    static async Task SendAsync(Student student, string text)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await student.SendAsync(text);
                return;
            }
            catch (IOException exception) when (exception.Message == "There is no connection." && attempt < 100)
            {
                await Task.Delay(10);
            }
        }
    }
}

/// <summary>A message as the page shows it.</summary>
public sealed record BrowserRow(string User, string Text, string Time, string Late, bool Mine)
{
    /// <summary>How late it came, as it says itself.</summary>
    public TimeSpan Lateness => Late switch
    {
        ['+', .. var ms, ' ', 'm', 's'] => TimeSpan.FromMilliseconds(double.Parse(ms, CultureInfo.InvariantCulture)),
        ['+', .. var s, ' ', 's'] => TimeSpan.FromSeconds(double.Parse(s, CultureInfo.InvariantCulture)),
        _ => throw new FormatException($"\"{Text}\" of {User} does not say how late it came: \"{Late}\""),
    };
}

/// <summary>What the wire panel counts, and the lines that it has counted.</summary>
public sealed record BrowserCounters(int Out, int In, int Nothing, int Bytes, string Delay, string[] Lines);
