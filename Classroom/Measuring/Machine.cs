using System.Runtime.InteropServices;

namespace Classroom;

/// <summary>What the numbers were measured on.</summary>
static class Machine
{
    public static string Description { get; } =
        $"{Environment.ProcessorCount} cores{Processor()}, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}";

    /// <summary>Said where the steps are not as fast as they can be; else empty.</summary>
    public static string Warning => Repository.Configuration == "Release" ? "" : $" The steps were built as {Repository.Configuration}: quote the figures of Release only.";

    static string Processor() =>
        File.Exists("/proc/cpuinfo") && File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal)) is { } line
            ? $" of {line[(line.IndexOf(':') + 1)..].Trim()}" : "";
}
