using System.Collections.Concurrent;
using System.Text.Json;

namespace Tests;

/// <summary>A window of the browser, with a page in it.</summary>
sealed class Window(Browser browser, string target, string session) : IAsyncDisposable
{
    /// <summary>
    /// Runs before the scripts of each page. A pause of a page takes a twentieth, and is remembered. Its limits, of
    /// 10 s and more, stay as they are; a test that has to see what the page does then says so, by expire().
    /// </summary>
    const string Timers =
        """
        const { setTimeout, clearTimeout } = window;
        const { timeout } = AbortSignal;
        const limits = new Map();
        window.pauses = [];
        window.setTimeout = (action, ms) => {
          if (ms < 10000) {
            pauses.push(ms);
            return setTimeout(action, ms / 20);
          }
          const id = setTimeout(action, ms);
          limits.set(id, { ms, action });
          return id;
        };
        window.clearTimeout = id => {
          limits.delete(id);
          clearTimeout(id);
        };
        AbortSignal.timeout = ms => {
          const early = new AbortController();
          limits.set(early, { ms, action: () => early.abort(new DOMException("Too late", "TimeoutError")) });
          return AbortSignal.any([early.signal, timeout.call(AbortSignal, ms)]);
        };
        window.limitsOf = ms => [...limits].filter(([, limit]) => limit.ms === ms);
        window.expire = ms => limitsOf(ms).map(([id, { action }]) => {
          window.clearTimeout(id);
          action();
        }).length;
        """;

    const string Elements =
        """
        const ids = ["status", "users", "user", "text", "sending", "problem", "messages", "wire", "nothing"];
        const [status, users, user, text, sending, problem, messages, wire, nothing] =
          ids.map(id => document.getElementById(id));
        """;

    static readonly string[] expectedOnConsole =
        ["Failed to load resource", "WebSocket connection to", "EventSource's response"];

    readonly ConcurrentQueue<string> console = [];

    /// <summary>What the browser and the page's scripts have said, but for lost connections and refusals.</summary>
    IEnumerable<string> Complaints => console.Where(line => !expectedOnConsole.Any(line.Contains));

    internal async Task PrepareAsync()
    {
        await CallAsync("Page.enable");
        await CallAsync("Runtime.enable");
        await CallAsync("Log.enable");
        await CallAsync("Performance.enable");
        await CallAsync("Emulation.setFocusEmulationEnabled", new { enabled = true });
        await BeforeLoadAsync(Timers);
    }

    /// <summary>Lets a script run before those of each page that comes from now on.</summary>
    public Task BeforeLoadAsync(string script) =>
        CallAsync("Page.addScriptToEvaluateOnNewDocument", new { source = $"{{ {script} }}" });

    public Task GoAsync(Uri address) => CallAsync("Page.navigate", new { url = address.AbsoluteUri });

    /// <summary>Waits until an expression is true. Elements go by their ids, arguments by arguments[0].</summary>
    public Task IsAsync(string expression, params object?[] arguments)
    {
        var started = Environment.TickCount64;
        return Until.TrueAsync(LookAsync, $"{expression} with {string.Join(", ", arguments)}");

        async Task<bool> LookAsync()
        {
            Assert.Empty(Complaints);
            try
            {
                if (Environment.TickCount64 - started > 10_000)
                {
                    started = long.MaxValue; // Once is enough.
                    var page = await ReadAsync<string>("document.documentElement.innerText");
                    TestContext.Current.TestOutputHelper?.WriteLine($"After 10 s the page shows:\n{page}");
                }
                return await ReadAsync<bool>($"!!({expression})", arguments);
            }
            catch (InvalidOperationException exception) when (exception.Message.Contains("context"))
            {
                return false; // The page is about to be another one.
            }
        }
    }

    public async Task<T> ReadAsync<T>(string expression, params object?[] arguments) =>
        (await EvaluateAsync($"return {expression}", arguments)).Deserialize<T>(JsonSerializerOptions.Web)!;

    public Task RunAsync(string statements, params object?[] arguments) => EvaluateAsync(statements, arguments);

    /// <summary>Enters text where the focus is, at once, as the clipboard does.</summary>
    public Task TypeAsync(string text) => CallAsync("Input.insertText", new { text });

    /// <param name="key">"Enter" or "Tab".</param>
    public async Task PressAsync(string key)
    {
        var (code, text) = key == "Enter" ? (13, "\r") : (9, "");
        foreach (var type in new[] { "keyDown", "keyUp" })
        {
            await CallAsync(
                "Input.dispatchKeyEvent", new { type, key, code = key, windowsVirtualKeyCode = code, text });
        }
    }

    public async Task ClickAsync(string selector)
    {
        var at = await ReadAsync<double[]>(
            """
            (element => {
              element.scrollIntoView({ block: "nearest" });
              const { x, y, width, height } = element.getBoundingClientRect();
              return [x + width / 2, y + height / 2];
            })(document.querySelector(arguments[0]))
            """,
            selector);
        foreach (var type in new[] { "mousePressed", "mouseReleased" })
        {
            await CallAsync(
                "Input.dispatchMouseEvent", new { type, x = at[0], y = at[1], button = "left", clickCount = 1 });
        }
    }

    /// <summary>Lets the page be so large, in pixels of CSS.</summary>
    public Task ResizeAsync(int width, int height) => CallAsync(
        "Emulation.setDeviceMetricsOverride", new { width, height, deviceScaleFactor = 1, mobile = false });

    /// <summary>One command of the protocol.</summary>
    public Task<JsonElement> CallAsync(string method, object? parameters = null) =>
        browser.CallAsync(method, parameters, session);

    /// <summary>Closes it, as its own button does.</summary>
    public async ValueTask DisposeAsync()
    {
        await browser.CallAsync("Target.closeTarget", new { targetId = target });
        Assert.Empty(Complaints);
    }

    internal void Take(string method, JsonElement parameters)
    {
        if (method is "Log.entryAdded" or "Runtime.consoleAPICalled" or "Runtime.exceptionThrown")
        {
            console.Enqueue($"{parameters}");
        }
    }

    async Task<JsonElement> EvaluateAsync(string statements, object?[] arguments)
    {
        var given = JsonSerializer.Serialize(arguments);
        var expression = $"(function () {{ {Elements} {statements}\n}})(...{given})";
        var answer = await CallAsync("Runtime.evaluate", new { expression, returnByValue = true });
        Assert.False(answer.TryGetProperty("exceptionDetails", out var failure), $"{statements}: {failure}");
        return answer.GetProperty("result").TryGetProperty("value", out var value) ? value : default;
    }
}
