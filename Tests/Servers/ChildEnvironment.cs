using System.Runtime.CompilerServices;

namespace Tests;

/// <summary>What the processes inherit that tests start.</summary>
static class ChildEnvironment
{
    /// <summary>A step lives for seconds here: it is over before a profile of its code would pay.</summary>
    [ModuleInitializer]
    internal static void Set() => Environment.SetEnvironmentVariable("DOTNET_TieredPGO", "0");
}
