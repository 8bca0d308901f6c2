using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Tests;

/// <summary>One browser with a profile of its own, and its windows.</summary>
public sealed class BrowserSession(BrowserDriver driver, string id, int processId) : IAsyncDisposable
{
    // A command goes to the window that was switched to last: one at a time.
    readonly SemaphoreSlim turn = new(1);
    readonly List<BrowserConsoleEntry> console = [];
    readonly ConcurrentStack<BrowserWindow> free = [];
    string current = "";
    BrowserWindow? second;

    /// <summary>The window that the browser starts with.</summary>
    public BrowserWindow First { get; private set; } = null!;

    /// <summary>One further window, opened when it is first asked for.</summary>
    public async Task<BrowserWindow> SecondAsync() => second ??= await OpenWindowAsync();

    /// <summary>
    /// A further window, which was disposed of by somebody else or is new: not a tab, so that all of them are visible.
    /// </summary>
    public async Task<BrowserWindow> OpenWindowAsync()
    {
        if (free.TryPop(out var window))
        {
            return window;
        }
        var opened = await First.CallAsync(HttpMethod.Post, "window/new", new { type = "window" });
        return new BrowserWindow(this, opened!["handle"]!.GetValue<string>());
    }

    /// <summary>Everything that the consoles of all windows have said so far.</summary>
    public async Task<IReadOnlyList<BrowserConsoleEntry>> ConsoleAsync()
    {
        // What has been read is not told again.
        var news = await First.CallAsync(HttpMethod.Post, "se/log", new { type = "browser" });
        lock (console)
        {
            console.AddRange(news!.AsArray().Select(entry => new BrowserConsoleEntry(
                entry!["source"]!.GetValue<string>(),
                entry["level"]!.GetValue<string>(),
                entry["message"]!.GetValue<string>())));
            return [.. console];
        }
    }

    /// <summary>Ends the browser without a goodbye (SIGKILL): it closes no page, and tells no server.</summary>
    public void Kill()
    {
        using var process = Process.GetProcessById(processId);
        process.Kill(entireProcessTree: true);
    }

    /// <summary>Closes every window and ends the browser.</summary>
    public async ValueTask DisposeAsync() => await driver.CallAsync(HttpMethod.Delete, $"/session/{id}");

    /// <summary>Has a window for whoever asks for one next.</summary>
    internal void TakeBack(BrowserWindow window) => free.Push(window);

    internal async Task StartAsync()
    {
        current = (await driver.CallAsync(HttpMethod.Get, $"/session/{id}/window"))!.GetValue<string>();
        First = new BrowserWindow(this, current);
    }

    /// <summary>One command to one window.</summary>
    internal async Task<JsonNode?> CallAsync(string window, HttpMethod method, string command, object? body = null)
    {
        await turn.WaitAsync();
        try
        {
            if (current != window)
            {
                await driver.CallAsync(HttpMethod.Post, $"/session/{id}/window", new { handle = window });
                current = window;
            }
            return await driver.CallAsync(method, $"/session/{id}/{command}", body);
        }
        finally
        {
            turn.Release();
        }
    }
}
