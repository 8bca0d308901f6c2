using System.Net;
using System.Net.NetworkInformation;
using Xunit.Sdk;

namespace Tests;

/// <summary>Whether this machine has IPv6 for itself.</summary>
static class Ipv6
{
    /// <summary>Why a test cannot run here; null where it can, or where nothing may be skipped.</summary>
    public static string? Reason { get; } =
        Environment.GetEnvironmentVariable("REQUIRE_ALL") == "1" || IsThere() ? null : "This machine has no IPv6.";

    static bool IsThere() => NetworkInterface.GetAllNetworkInterfaces()
        .SelectMany(each => each.GetIPProperties().UnicastAddresses)
        .Any(each => each.Address.Equals(IPAddress.IPv6Loopback));
}

/// <summary>A test that needs IPv6.</summary>
public sealed class Ipv6FactAttribute : FactAttribute
{
    public Ipv6FactAttribute() => Skip = Ipv6.Reason;
}

/// <inheritdoc cref="Ipv6FactAttribute"/>
[XunitTestCaseDiscoverer("Tests.StepTheoryDiscoverer", "Tests")]
public sealed class Ipv6StepTheoryAttribute : StepTheoryAttribute
{
    public Ipv6StepTheoryAttribute() => Skip = Ipv6.Reason;
}
