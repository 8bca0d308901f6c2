using Xunit.Sdk;

namespace Tests;

/// <summary>A test that needs a real nginx.</summary>
public sealed class NginxFactAttribute : FactAttribute
{
    public NginxFactAttribute() => Skip = Missing;

    /// <summary>Why there is none; null where there is one, or where nothing may be skipped.</summary>
    internal static string? Missing =>
        Environment.GetEnvironmentVariable("REQUIRE_ALL") == "1" || NginxServer.Program is not null
            ? null
            : "There is no nginx on this machine.";
}

/// <inheritdoc cref="NginxFactAttribute"/>
[XunitTestCaseDiscoverer("Tests.StepTheoryDiscoverer", "Tests")]
public sealed class NginxTheoryAttribute : StepTheoryAttribute
{
    public NginxTheoryAttribute() => Skip = NginxFactAttribute.Missing;
}
