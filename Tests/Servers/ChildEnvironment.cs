using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Tests;

/// <summary>What the processes inherit that tests start.</summary>
static class ChildEnvironment
{
    const string TieredCompilation = "DOTNET_TieredCompilation";

    /// <summary>
    /// A step lives for seconds: to compile what is used often a second time, with more care, costs more than it gains.
    /// </summary>
    [ModuleInitializer]
    internal static void Set() => Environment.SetEnvironmentVariable(TieredCompilation, "0");

    /// <summary>The SDK is another matter: it compiles much that it uses once.</summary>
    public static void Reset(ProcessStartInfo start) => start.Environment.Remove(TieredCompilation);
}
