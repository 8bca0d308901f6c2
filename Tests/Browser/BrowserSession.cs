using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Tests;

/// <summary>
/// One browser with a profile of its own, and its windows. What it writes is under one temporary folder, and gone when
/// it is disposed of.
/// </summary>
public sealed partial class BrowserSession : IAsyncDisposable
{
    static readonly string? browser = Find("chromium", "chromium-browser", "google-chrome");

    readonly Process process;
    readonly EventHandler atExit;
    DevTools? devTools;

    BrowserSession()
    {
        Folder = Directory.CreateTempSubdirectory("browser-").FullName;
        string[] arguments =
        [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--lang=en-US",
            "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-breakpad",
            "--disable-default-apps", "--disable-extensions", "--disable-hang-monitor", "--disable-popup-blocking",
            "--password-store=basic",
            // What is typed before the first picture of a page counts as well.
            "--allow-pre-commit-input",
            // Alice's and Bob's windows are of one browser, and only one of them is in front: the timers of the others
            // would run once a second, later once a minute.
            "--disable-background-timer-throttling", "--disable-renderer-backgrounding",
            "--disable-backgrounding-occluded-windows",
            // The pages behind each window's address bar, which nobody sees, take more work than the pages under test;
            // and no process is wanted in advance.
            "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup,SpareRendererForSitePerProcess",
            $"--user-data-dir={Path.Combine(Folder, "profile")}",
            // The system chooses a port, and the browser says which.
            "--remote-debugging-port=0", "about:blank",
        ];
        process = new Process
        {
            StartInfo = new ProcessStartInfo(browser!, arguments)
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
    public static string? Missing => browser is null ? "There is no Chromium on the PATH." : null;

    /// <summary>Where the profile is, and all else that the browser writes.</summary>
    public string Folder { get; }

    public static async Task<BrowserSession> StartAsync()
    {
        if (Missing is not null)
        {
            throw new PlatformNotSupportedException(Missing);
        }
        var session = new BrowserSession();
        try
        {
            session.devTools = await DevTools.ConnectAsync(await session.ListenAsync().WaitAsync(Wait.Patience));
            return session;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    /// <summary>Opens a further window: not behind the others, so that all of them are visible.</summary>
    public Task<BrowserWindow> OpenWindowAsync() => BrowserWindow.OpenAsync(devTools!);

    /// <summary>Ends the browser without a goodbye (SIGKILL): it closes no page, and tells no server.</summary>
    public void Kill() => process.Kill(entireProcessTree: true);

    /// <summary>Ends the browser, however it is, and deletes what it wrote.</summary>
    public async ValueTask DisposeAsync()
    {
        End();
        if (devTools is not null)
        {
            await devTools.DisposeAsync();
        }
        AppDomain.CurrentDomain.ProcessExit -= atExit;
        process.Dispose();
    }

    async Task<Uri> ListenAsync()
    {
        AppDomain.CurrentDomain.ProcessExit += atExit;
        process.Start();
        _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
        var said = "";
        while (!Listening().IsMatch(said))
        {
            said += await process.StandardError.ReadLineAsync()
                ?? throw new InvalidOperationException($"The browser ended: {said}");
        }
        _ = process.StandardError.BaseStream.CopyToAsync(Stream.Null);
        return new(Listening().Match(said).Groups[1].Value);
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

    [GeneratedRegex(@"DevTools listening on (\S+)")]
    private static partial Regex Listening();
}
