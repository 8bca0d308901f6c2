using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Tests;

/// <summary>
/// A ChromeDriver of our own, spoken to by W3C WebDriver: JSON over HTTP. What it starts and writes is under one
/// temporary folder, and gone when it is disposed of.
/// </summary>
public sealed partial class BrowserDriver : IAsyncDisposable
{
    static readonly string? chromeDriver = Find("chromedriver");
    static readonly string? browser = Find("chromium", "chromium-browser", "google-chrome");
    readonly Process process;
    readonly EventHandler atExit;
    readonly List<BrowserSession> sessions = [];
    HttpClient http = new();

    BrowserDriver()
    {
        Folder = Directory.CreateTempSubdirectory("browser-").FullName;
        process = new Process
        {
            // Port 0: the system chooses, and ChromeDriver says which.
            StartInfo = new ProcessStartInfo(chromeDriver!, ["--port=0"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        // Not every file of a browser is in its profile: crash reports and certificates are at home.
        process.StartInfo.Environment["HOME"] = Folder;
        atExit = (_, _) => End();
    }

    /// <summary>Why no browser can be driven here; null where one can.</summary>
    public static string? Missing
    {
        get
        {
            if (chromeDriver is null)
            {
                return "There is no ChromeDriver on the PATH.";
            }
            return browser is null ? "There is no Chromium on the PATH." : null;
        }
    }

    /// <summary>Where the profiles are, and all else that the browsers write.</summary>
    public string Folder { get; }

    public static async Task<BrowserDriver> StartAsync()
    {
        if (Missing is not null)
        {
            throw new PlatformNotSupportedException(Missing);
        }
        for (var attempt = 1; ; attempt++)
        {
            var driver = new BrowserDriver();
            try
            {
                await driver.ListenAsync();
                return driver;
            }
            catch (Exception exception)
            {
                await driver.DisposeAsync();
                // ChromeDriver finds a free port first and takes it afterwards: someone else may be faster.
                if (exception is not InvalidOperationException || attempt == 5)
                {
                    throw;
                }
            }
        }
    }

    /// <summary>Starts a browser with a profile of its own.</summary>
    public async Task<BrowserSession> OpenAsync()
    {
        var profile = Directory.CreateDirectory(Path.Combine(Folder, $"profile-{Guid.NewGuid():N}"));
        string[] arguments =
        [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--lang=en-US",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
            // Alice's and Bob's windows are of one browser, and only one of them is in front: the timers of the others
            // would run once a second, later once a minute.
            "--disable-background-timer-throttling", "--disable-renderer-backgrounding",
            "--disable-backgrounding-occluded-windows",
            // The pages behind each window's address bar, which nobody sees, take more work than the pages under test.
            "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup",
            $"--user-data-dir={profile.FullName}",
        ];
        var capabilities = new JsonObject
        {
            ["timeouts"] = new JsonObject { ["pageLoad"] = 20_000, ["script"] = 10_000 },
            ["goog:loggingPrefs"] = new JsonObject { ["browser"] = "ALL" },
            ["goog:chromeOptions"] = new JsonObject { ["binary"] = browser, ["args"] = new JsonArray([.. arguments]) },
        };
        var opened = await CallAsync(
            HttpMethod.Post, "/session", new { capabilities = new { alwaysMatch = capabilities } });
        var session = new BrowserSession(
            this, opened!["sessionId"]!.GetValue<string>(), opened["capabilities"]!["goog:processID"]!.GetValue<int>());
        sessions.Add(session);
        await session.StartAsync();
        return session;
    }

    /// <summary>One WebDriver command.</summary>
    /// <returns>The value that it answers with.</returns>
    /// <exception cref="InvalidOperationException">The command failed; the message says how.</exception>
    public async Task<JsonNode?> CallAsync(HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (method == HttpMethod.Post)
        {
            request.Content = new StringContent(
                JsonSerializer.Serialize(body ?? new { }), Encoding.UTF8, "application/json");
        }
        using var response = await http.SendAsync(request);
        var value = JsonNode.Parse(await response.Content.ReadAsStringAsync())?["value"];
        return response.IsSuccessStatusCode
            ? value
            : throw new InvalidOperationException($"{method} {path}: {value?["error"]}: {value?["message"]}");
    }

    /// <summary>Ends every browser and ChromeDriver, however they are, and deletes what they wrote.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var session in sessions)
        {
            try
            {
                await session.DisposeAsync();
            }
            catch (Exception exception) when (
                exception is HttpRequestException or InvalidOperationException or OperationCanceledException)
            {
                // It does not answer: End kills it.
            }
        }
        End();
        AppDomain.CurrentDomain.ProcessExit -= atExit;
        process.Dispose();
        http.Dispose();
    }

    async Task ListenAsync()
    {
        AppDomain.CurrentDomain.ProcessExit += atExit;
        process.Start();
        _ = process.StandardError.BaseStream.CopyToAsync(Stream.Null);
        var said = "";
        while (!Listening().IsMatch(said))
        {
            said += await process.StandardOutput.ReadLineAsync().WaitAsync(Wait.Patience)
                ?? throw new InvalidOperationException($"ChromeDriver ended: {said}");
        }
        _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
        http = new HttpClient
        {
            BaseAddress = new Uri($"http://127.0.0.1:{Listening().Match(said).Groups[1].Value}"),
            Timeout = Wait.Patience,
        };
    }

    void End()
    {
        try
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
        }
        catch (InvalidOperationException)
        {
            // It never started.
        }
        for (var attempt = 1; Directory.Exists(Folder); attempt++)
        {
            try
            {
                Directory.Delete(Folder, recursive: true);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException && attempt < 100)
            {
                Thread.Sleep(50); // A process that is about to end has written once more.
            }
        }
    }

    static string? Find(params string[] names) =>
        (from name in names
         from folder in (Environment.GetEnvironmentVariable("PATH") ?? "")
             .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
         let file = Path.Combine(folder, OperatingSystem.IsWindows() ? name + ".exe" : name)
         where File.Exists(file)
         select file).FirstOrDefault();

    [GeneratedRegex(@"started successfully on port (\d+)")]
    private static partial Regex Listening();
}
