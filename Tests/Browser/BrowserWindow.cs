using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tests;

/// <summary>One window of a browser.</summary>
public sealed class BrowserWindow(BrowserSession session, string handle) : IAsyncDisposable
{
    public const string Enter = "\uE007";
    public const string Tab = "\uE004";

    const string Blank = "about:blank";

    string address = Blank;
    bool isEmulating;

    /// <summary>Goes to an address, and returns when the page has been loaded.</summary>
    public Task GoAsync(string address)
    {
        this.address = address;
        return CallAsync(HttpMethod.Post, "url", new { url = address });
    }

    /// <summary>Leaves the page, if it has one, and ends what was emulated.</summary>
    public async Task LeaveAsync()
    {
        if (address != Blank)
        {
            await GoAsync(Blank);
        }
        if (isEmulating)
        {
            isEmulating = false;
            await DevToolsAsync("Emulation.clearDeviceMetricsOverride", new { });
            await DevToolsAsync("Emulation.setEmulatedMedia", new { features = Array.Empty<object>() });
        }
    }

    /// <summary>
    /// The value of a JavaScript expression in the page, which finds its arguments in <c>arguments</c>.
    /// </summary>
    public async Task<T> ReadAsync<T>(string expression, params object?[] arguments) =>
        (await CallAsync(HttpMethod.Post, "execute/sync", new { script = $"return {expression}", args = arguments }))
            .Deserialize<T>(JsonSerializerOptions.Web)!;

    /// <summary>Runs JavaScript statements in the page.</summary>
    public Task RunAsync(string script, params object?[] arguments) =>
        CallAsync(HttpMethod.Post, "execute/sync", new { script, args = arguments });

    /// <summary>Waits until a JavaScript expression is true in the page.</summary>
    /// <exception cref="TimeoutException">It never was; the message says what the page shows.</exception>
    public async Task WaitUntilAsync(string expression, params object?[] arguments)
    {
        var started = Stopwatch.GetTimestamp();
        for (var pause = 10; !await ReadAsync<bool>($"!!({expression})", arguments); pause = Math.Min(2 * pause, 400))
        {
            if (Stopwatch.GetElapsedTime(started) > Wait.Patience)
            {
                throw new TimeoutException(
                    $"{expression} ({string.Join(", ", arguments)}) was not true in {Wait.Patience.TotalSeconds} s. " +
                    $"The page:\n{await ReadAsync<string>("document.body.innerText")}");
            }
            await Task.Delay(pause);
        }
    }

    /// <summary>Presses keys of the keyboard one after the other.</summary>
    public Task PressAsync(params string[] keys) => CallAsync(HttpMethod.Post, "actions", new
    {
        actions = new[]
        {
            new
            {
                type = "key",
                id = "keyboard",
                actions = keys.SelectMany(
                    key => new[] { new { type = "keyDown", value = key }, new { type = "keyUp", value = key } }),
            },
        },
    });

    /// <summary>
    /// Enters text where the focus is, as an input method or the clipboard does: all at once, with any characters, and
    /// within the limits of the field.
    /// </summary>
    public Task TypeAsync(string text) => DevToolsAsync("Input.insertText", new { text });

    /// <summary>Clicks with the mouse.</summary>
    public async Task ClickAsync(string selector)
    {
        var found = await CallAsync(HttpMethod.Post, "element", new { @using = "css selector", value = selector });
        await CallAsync(HttpMethod.Post, $"element/{found!.AsObject().First().Value}/click");
    }

    /// <summary>What a screen reader calls the element that has the focus.</summary>
    public async Task<string> FocusLabelAsync()
    {
        var active = await CallAsync(HttpMethod.Get, "element/active");
        return (
            await CallAsync(
                HttpMethod.Get, $"element/{active!.AsObject().First().Value}/computedlabel"))!.GetValue<string>();
    }

    /// <summary>Whether a script has opened an alert, a question or the like.</summary>
    public async Task<bool> HasDialogAsync()
    {
        try
        {
            await CallAsync(HttpMethod.Get, "alert/text");
            return true;
        }
        catch (InvalidOperationException exception) when (
            exception.Message.Contains("no such alert", StringComparison.Ordinal))
        {
            return false;
        }
    }

    /// <summary>Lets the page be so large, which may be narrower than a window can be.</summary>
    /// <param name="width">In pixels of CSS.</param>
    /// <param name="height">In pixels of CSS.</param>
    /// <param name="deviceScaleFactor">How many pixels of a picture each of them is.</param>
    public Task ResizeAsync(int width, int height, double deviceScaleFactor = 1) =>
        EmulateAsync(
            "Emulation.setDeviceMetricsOverride", new { width, height, deviceScaleFactor, mobile = false });

    /// <summary>"light" or "dark": what the person has asked of the system.</summary>
    public Task PreferAsync(string scheme) =>
        EmulateAsync(
            "Emulation.setEmulatedMedia",
            new { features = new[] { new { name = "prefers-color-scheme", value = scheme } } });

    /// <summary>The person has asked the system for less motion.</summary>
    public Task PreferLessMotionAsync() =>
        EmulateAsync(
            "Emulation.setEmulatedMedia",
            new { features = new[] { new { name = "prefers-reduced-motion", value = "reduce" } } });

    /// <summary>
    /// Lets the page's clock and timers run through a minute at once. They stand still afterwards: close the window.
    /// </summary>
    public async Task SkipMinuteAsync()
    {
        var before = await ReadAsync<double>("performance.now()");
        await DevToolsAsync("Emulation.setVirtualTimePolicy", new { policy = "advance", budget = 60_000 });
        await WaitUntilAsync("performance.now() - arguments[0] >= 60000", before);
    }

    /// <summary>What is to be seen, as PNG.</summary>
    public async Task<byte[]> PictureAsync() =>
        Convert.FromBase64String((await CallAsync(HttpMethod.Get, "screenshot"))!.GetValue<string>());

    /// <summary>Closes the window, as its own button does.</summary>
    public Task CloseAsync() => CallAsync(HttpMethod.Delete, "window");

    /// <summary>Leaves its page, and is there for others.</summary>
    public async ValueTask DisposeAsync()
    {
        await LeaveAsync();
        session.TakeBack(this);
    }

    /// <summary>Does what <see cref="LeaveAsync"/> ends.</summary>
    Task EmulateAsync(string command, object parameters)
    {
        isEmulating = true;
        return DevToolsAsync(command, parameters);
    }

    Task DevToolsAsync(string cmd, object @params) =>
        CallAsync(HttpMethod.Post, "goog/cdp/execute", new { cmd, @params });

    internal Task<JsonNode?> CallAsync(HttpMethod method, string command, object? body = null) =>
        session.CallAsync(handle, method, command, body);
}
