using System.Net;
using System.Net.Sockets;
using Xunit.Sdk;

namespace Tests;

/// <summary>
/// What a test cannot do without. Where it is missing, the test is skipped, and the report says why; with
/// REQUIRE_ALL=1 nothing is skipped: the test runs, and fails.
/// </summary>
static class Needs
{
    static readonly bool requireAll = Environment.GetEnvironmentVariable("REQUIRE_ALL") == "1";

    public static string? Browser => Reason(BrowserDriver.Missing);

    public static string? Unix =>
        Reason(OperatingSystem.IsWindows() ? "run.sh needs bash; run.ps1 is Windows' own." : null);

    public static string? Linux =>
        Reason(OperatingSystem.IsLinux() ? null : "Processes, signals and sockets are those of Linux.");

    /// <summary>
    /// A connection has a descriptor at each end; other tests of this process have theirs at the same time.
    /// </summary>
    public static string? Crowd =>
        OperatingSystem.IsLinux() && OpenFiles() < 5000
            ? Reason($"{OpenFiles()} files may be open, and 5000 are needed (ulimit -n).")
            : Linux;

    public static string? OwnName => Reason(MissingOwnName());

    public static string? NameLookup =>
        requireAll || Tests.NameLookup.IsPossible
            ? null
            : "Here a process cannot be given its own ways to look names up.";

    static string? Reason(string? missing) => requireAll ? null : missing;

    static long OpenFiles()
    {
        var line = File.ReadLines("/proc/self/limits")
            .Single(limit => limit.StartsWith("Max open files", StringComparison.Ordinal));
        var soft = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3];
        return soft == "unlimited" ? long.MaxValue : long.Parse(soft);
    }

    static string? MissingOwnName()
    {
        try
        {
            return Dns.GetHostAddresses(Dns.GetHostName()).All(IPAddress.IsLoopback)
                ? "This machine's name means loopback alone."
                : null;
        }
        catch (SocketException)
        {
            return "This machine's name has no address.";
        }
    }
}

/// <summary>
/// A test for each step: its first argument is the step's folder, by which <c>--filter Step=4</c> finds it.
/// </summary>
[XunitTestCaseDiscoverer("Tests.StepTheoryDiscoverer", "Tests")]
public class StepTheoryAttribute : TheoryAttribute;

/// <summary>A test that needs a real browser.</summary>
public sealed class BrowserFactAttribute : FactAttribute
{
    public BrowserFactAttribute() => Skip = Needs.Browser;
}

/// <inheritdoc cref="BrowserFactAttribute"/>
[XunitTestCaseDiscoverer("Tests.StepTheoryDiscoverer", "Tests")]
public sealed class BrowserTheoryAttribute : StepTheoryAttribute
{
    public BrowserTheoryAttribute() => Skip = Needs.Browser;
}

/// <summary>A test of what Windows does not have: bash, and signals for another process.</summary>
public sealed class UnixFactAttribute : FactAttribute
{
    public UnixFactAttribute() => Skip = Needs.Unix;
}

/// <inheritdoc cref="UnixFactAttribute"/>
public sealed class UnixTheoryAttribute : TheoryAttribute
{
    public UnixTheoryAttribute() => Skip = Needs.Unix;
}

/// <summary>A test that looks into /proc, or at sockets more closely than systems have in common.</summary>
public sealed class LinuxFactAttribute : FactAttribute
{
    public LinuxFactAttribute() => Skip = Needs.Linux;
}

/// <inheritdoc cref="LinuxFactAttribute"/>
public sealed class LinuxTheoryAttribute : TheoryAttribute
{
    public LinuxTheoryAttribute() => Skip = Needs.Linux;
}

/// <inheritdoc cref="LinuxFactAttribute"/>
[XunitTestCaseDiscoverer("Tests.StepTheoryDiscoverer", "Tests")]
public sealed class LinuxStepTheoryAttribute : StepTheoryAttribute
{
    public LinuxStepTheoryAttribute() => Skip = Needs.Linux;
}

/// <summary>A test with thousands of connections at a time.</summary>
[XunitTestCaseDiscoverer("Tests.StepTheoryDiscoverer", "Tests")]
public sealed class CrowdTheoryAttribute : StepTheoryAttribute
{
    public CrowdTheoryAttribute() => Skip = Needs.Crowd;
}

/// <summary>A test that needs a name of this machine that others can reach it by.</summary>
public sealed class OwnNameFactAttribute : FactAttribute
{
    public OwnNameFactAttribute() => Skip = Needs.OwnName;
}

/// <summary>A test of a process that looks names up in its own way.</summary>
public sealed class NameLookupFactAttribute : FactAttribute
{
    public NameLookupFactAttribute() => Skip = Needs.NameLookup;
}

/// <summary>
/// No test, but a picture: there is none unless the environment variable PICTURES names a folder for it.
/// </summary>
[XunitTestCaseDiscoverer("Tests.PictureDiscoverer", "Tests")]
public sealed class PictureFactAttribute : FactAttribute;
