using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tests;

/// <summary>One window of a browser.</summary>
public sealed class BrowserWindow
{
    public const string Enter = "Enter";
    public const string Tab = "Tab";

    readonly DevTools devTools;
    readonly string target;
    readonly string session;
    readonly List<BrowserConsoleEntry> console = [];
    readonly TaskCompletionSource minuteIsOver = new(TaskCreationOptions.RunContinuationsAsynchronously);

    BrowserWindow(DevTools devTools, string target, string session)
    {
        this.devTools = devTools;
        this.target = target;
        this.session = session;
    }

    /// <summary>Whether a script has opened an alert, a question or the like. It is closed at once.</summary>
    public bool HadDialog { get; private set; }

    internal static async Task<BrowserWindow> OpenAsync(DevTools devTools)
    {
        var created = await devTools.CallAsync(
            null, "Target.createTarget", new { url = "about:blank", newWindow = true });
        var target = $"{created["targetId"]}";
        var attached = await devTools.CallAsync(
            null, "Target.attachToTarget", new { targetId = target, flatten = true });
        var window = new BrowserWindow(devTools, target, $"{attached["sessionId"]}");
        devTools.Listen(window.session, window.Hear);
        await Task.WhenAll(
            window.CallAsync("Page.enable"),
            window.CallAsync("Runtime.enable"),
            window.CallAsync("Log.enable"),
            // Each of the windows is the one that somebody sits at.
            window.CallAsync("Emulation.setFocusEmulationEnabled", new { enabled = true }));
        return window;
    }

    /// <summary>Goes to an address, and returns when the page has been loaded.</summary>
    public async Task GoAsync(string address)
    {
        await RunAsync("window.isLeft = true");
        var went = await CallAsync("Page.navigate", new { url = address });
        if (went["errorText"] is { } error)
        {
            throw new InvalidOperationException($"{address}: {error}");
        }
        await WaitUntilAsync("!window.isLeft");
    }

    /// <summary>
    /// The value of a JavaScript expression in the page, which finds its arguments in <c>arguments</c>.
    /// </summary>
    public async Task<T> ReadAsync<T>(string expression, params object?[] arguments) =>
        (await RunFunctionAsync($"return {expression}", arguments)).Deserialize<T>(JsonSerializerOptions.Web)!;

    /// <summary>Runs JavaScript statements in the page.</summary>
    public Task RunAsync(string script, params object?[] arguments) => RunFunctionAsync(script, arguments);

    /// <summary>Waits until a JavaScript expression is true in the page.</summary>
    /// <exception cref="TimeoutException">It never was; the message says what the page shows.</exception>
    public async Task WaitUntilAsync(string expression, params object?[] arguments)
    {
        var started = Stopwatch.GetTimestamp();
        var left = Wait.Patience;
        while (left > TimeSpan.Zero)
        {
            try
            {
                // The page looks itself, so that what is asked for is known as soon as it is there.
                var holds = await RunFunctionAsync(
                    $$"""
                    return (async holds => {
                      const end = performance.now() + {{(int)left.TotalMilliseconds}};
                      for (let pause = 5; performance.now() < end; pause = Math.min(2 * pause, 100)) {
                        if (document.readyState === "complete" && holds()) { return true; }
                        await new Promise(resolve => setTimeout(resolve, pause));
                      }
                      return false;
                    })(() => {{expression}})
                    """,
                    arguments);
                if (holds!.GetValue<bool>())
                {
                    return;
                }
            }
            catch (InvalidOperationException exception) when (IsAnotherPage(exception))
            {
                // It was loaded anew meanwhile.
            }
            left = Wait.Patience - Stopwatch.GetElapsedTime(started);
        }
        throw new TimeoutException(
            $"{expression} ({string.Join(", ", arguments)}) was not true in {Wait.Patience.TotalSeconds} s. " +
            $"The page:\n{await ReadAsync<string>("document.body.innerText")}");
    }

    /// <summary>Presses keys of the keyboard one after the other.</summary>
    public async Task PressAsync(params string[] keys)
    {
        foreach (var key in keys)
        {
            var (code, text) = key == Enter ? (13, "\r") : (9, "");
            var down = text == "" ? "rawKeyDown" : "keyDown";
            await PressAsync(down, key, code, text);
            await PressAsync("keyUp", key, code, "");
        }
    }

    Task PressAsync(string type, string key, int code, string text) => CallAsync(
        "Input.dispatchKeyEvent", new { type, key, code = key, text, windowsVirtualKeyCode = code });

    /// <summary>
    /// Enters text where the focus is, as an input method or the clipboard does: all at once, with any characters, and
    /// within the limits of the field.
    /// </summary>
    public Task TypeAsync(string text) => CallAsync("Input.insertText", new { text });

    /// <summary>Clicks with the mouse.</summary>
    public async Task ClickAsync(string selector)
    {
        var place = await ReadAsync<double[]>(
            """
            (element => {
              element.scrollIntoView({ block: "nearest", behavior: "instant" });
              const { left, right, top, bottom } = element.getBoundingClientRect();
              const [x, y] = [(left + right) / 2, (top + bottom) / 2];
              return element.contains(document.elementFromPoint(x, y)) ? [x, y] : [];
            })(document.querySelector(arguments[0]))
            """,
            selector);
        Assert.True(place.Length == 2, $"Something else is where {selector} should be clicked.");
        var (x, y) = (place[0], place[1]);
        await CallAsync("Input.dispatchMouseEvent", new { type = "mouseMoved", x, y });
        foreach (var type in new[] { "mousePressed", "mouseReleased" })
        {
            await CallAsync("Input.dispatchMouseEvent", new { type, x, y, button = "left", clickCount = 1 });
        }
    }

    /// <summary>What a screen reader calls the element that has the focus.</summary>
    public async Task<string> FocusLabelAsync()
    {
        var active = await CallAsync("Runtime.evaluate", new { expression = "document.activeElement" });
        var tree = await CallAsync(
            "Accessibility.getPartialAXTree",
            new { objectId = $"{active["result"]!["objectId"]}", fetchRelatives = false });
        return $"{tree["nodes"]![0]!["name"]?["value"]}";
    }

    /// <summary>Lets the page be so large, which may be narrower than a window can be.</summary>
    /// <param name="width">In pixels of CSS.</param>
    /// <param name="height">In pixels of CSS.</param>
    /// <param name="deviceScaleFactor">How many pixels of a picture each of them is.</param>
    public Task ResizeAsync(int width, int height, double deviceScaleFactor = 1) => CallAsync(
        "Emulation.setDeviceMetricsOverride", new { width, height, deviceScaleFactor, mobile = false });

    /// <summary>"light" or "dark": what the person has asked of the system.</summary>
    public Task PreferAsync(string scheme) => PreferAsync("prefers-color-scheme", scheme);

    /// <summary>The person has asked the system for less motion.</summary>
    public Task PreferLessMotionAsync() => PreferAsync("prefers-reduced-motion", "reduce");

    /// <summary>Ends <see cref="ResizeAsync"/>, <see cref="PreferAsync(string)"/> and the like.</summary>
    public Task ResetAsync() => Task.WhenAll(
        CallAsync("Emulation.clearDeviceMetricsOverride"),
        CallAsync("Emulation.setEmulatedMedia", new { features = Array.Empty<object>() }));

    /// <summary>
    /// Lets the page's clock and timers run through a minute at once. They stand still afterwards: close the window.
    /// </summary>
    public async Task SkipMinuteAsync()
    {
        await CallAsync("Emulation.setVirtualTimePolicy", new { policy = "advance", budget = 60_000 });
        await minuteIsOver.Task.WaitAsync(Wait.Patience);
    }

    /// <summary>What is to be seen, as PNG.</summary>
    public async Task<byte[]> PictureAsync() =>
        Convert.FromBase64String($"{(await CallAsync("Page.captureScreenshot"))["data"]}");

    /// <summary>What its console has said so far.</summary>
    public async Task<IReadOnlyList<BrowserConsoleEntry>> ConsoleAsync()
    {
        await CallAsync("Runtime.evaluate", new { expression = "0" }); // What was said before comes before its answer.
        lock (console)
        {
            return [.. console];
        }
    }

    /// <summary>Closes the window, as its own button does.</summary>
    public Task CloseAsync() => devTools.CallAsync(null, "Target.closeTarget", new { targetId = target });

    Task PreferAsync(string name, string value) =>
        CallAsync("Emulation.setEmulatedMedia", new { features = new[] { new { name, value } } });

    async Task<JsonNode?> RunFunctionAsync(string body, object?[] arguments)
    {
        var answer = await CallAsync(
            "Runtime.evaluate",
            new
            {
                expression = $"(function () {{ {body}\n }})(...{JsonSerializer.Serialize(arguments)})",
                awaitPromise = true,
                returnByValue = true,
            });
        if (answer["exceptionDetails"] is { } failure)
        {
            var reason = failure["exception"]?["description"] ?? failure["text"];
            throw new InvalidOperationException($"{reason} in {body}");
        }
        return answer["result"]!["value"];
    }

    static bool IsAnotherPage(InvalidOperationException exception) =>
        exception.Message.Contains("context was destroyed", StringComparison.Ordinal)
        || exception.Message.Contains("navigated or closed", StringComparison.Ordinal)
        || exception.Message.Contains("Cannot find default execution context", StringComparison.Ordinal);

    Task<JsonObject> CallAsync(string method, object? parameters = null) =>
        devTools.CallAsync(session, method, parameters);

    void Hear(string happened, JsonObject about)
    {
        switch (happened)
        {
            case "Page.javascriptDialogOpening":
                HadDialog = true;
                _ = CallAsync("Page.handleJavaScriptDialog", new { accept = false });
                break;
            case "Emulation.virtualTimeBudgetExpired":
                minuteIsOver.TrySetResult();
                break;
            case "Log.entryAdded":
                var entry = about["entry"]!;
                Say($"{entry["source"]}", $"{entry["level"]}", $"{entry["url"]} - {entry["text"]}");
                break;
            case "Runtime.consoleAPICalled":
                Say("console", $"{about["type"]}", $"{about["args"]}");
                break;
            case "Runtime.exceptionThrown":
                Say("javascript", "error", $"{about["exceptionDetails"]}");
                break;
        }
    }

    void Say(string source, string level, string message)
    {
        lock (console)
        {
            console.Add(new(source, level, message));
        }
    }
}
