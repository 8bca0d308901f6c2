namespace Tests;

/// <summary>
/// Programs that some tests need, by their paths. Without one of them such a test is skipped; with the environment
/// variable REQUIRE_ALL=1 it fails.
/// </summary>
static class Needs
{
    public static string Browser() => Find("Chromium", "chromium", "chromium-browser", "google-chrome");

    public static string Nginx() => Find("nginx", "nginx");

    public static string PowerShell() => Find("PowerShell", "pwsh");

    static string Find(string title, params string[] names)
    {
        string[] folders =
        [
            .. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator),
            "/usr/sbin",
            Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".dotnet", "tools"),
        ];
        var ending = OperatingSystem.IsWindows() ? ".exe" : "";
        var found = names
            .SelectMany(name => folders.Select(folder => Path.Combine(folder, name + ending)))
            .FirstOrDefault(File.Exists);
        if (found is null)
        {
            var missing = $"There is no {title} on the PATH.";
            Assert.False(Environment.GetEnvironmentVariable("REQUIRE_ALL") == "1", missing);
            Assert.Skip(missing);
        }
        return found;
    }
}
