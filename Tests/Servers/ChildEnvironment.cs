using System.Runtime.CompilerServices;

namespace Tests;

/// <summary>What all processes inherit that tests start.</summary>
static class ChildEnvironment
{
    /// <summary>
    /// They live for seconds: to compile what is used often a second time, with more care, costs more than it gains.
    /// </summary>
    [ModuleInitializer]
    internal static void Set() => Environment.SetEnvironmentVariable("DOTNET_TieredCompilation", "0");
}
