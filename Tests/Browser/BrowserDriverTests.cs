namespace Tests;

/// <summary>The driver leaves nothing behind.</summary>
public sealed class BrowserDriverTests
{
    [BrowserFact]
    public async Task Every_process_and_file_is_gone_at_the_end()
    {
        var driver = await BrowserDriver.StartAsync();
        try
        {
            await (await driver.OpenAsync()).OpenWindowAsync();
            Assert.NotEmpty(Directory.GetFileSystemEntries(driver.Folder));
            if (OperatingSystem.IsLinux())
            {
                Assert.NotEmpty(Processes(driver.Folder));
            }
        }
        finally
        {
            await driver.DisposeAsync();
        }
        Assert.False(Directory.Exists(driver.Folder));
        if (OperatingSystem.IsLinux())
        {
            for (var attempt = 1; Processes(driver.Folder).Length > 0; attempt++)
            {
                Assert.True(attempt < 200, string.Join(", ", Processes(driver.Folder)));
                // Those that nobody waits for end by themselves, when they see that the browser is gone.
                await Task.Delay(50);
            }
        }
    }

    // The processes that have the folder in their command line or environment.
    static string[] Processes(string folder) =>
        [.. Directory.GetDirectories("/proc").Where(process => Mentions(process, folder))];

    static bool Mentions(string process, string folder)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline")).Contains(folder, StringComparison.Ordinal)
                || File.ReadAllText(Path.Combine(process, "environ")).Contains(folder, StringComparison.Ordinal);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false; // Not a process, or one that has just ended, or another user's.
        }
    }
}
