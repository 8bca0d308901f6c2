using System.Runtime.InteropServices;

namespace Classroom;

/// <summary>What the numbers were measured on.</summary>
static class Machine
{
    public static string Description { get; } =
        $"{Environment.ProcessorCount} cores{Processor()}, {RuntimeInformation.OSDescription}, "
        + $"{RuntimeInformation.FrameworkDescription}";

    /// <summary>Said where the steps are not as fast as they can be; else empty.</summary>
    public static string Warning =>
        Repository.Configuration == "Release"
            ? ""
            : $" The steps were built as {Repository.Configuration}: quote the figures of Release only.";

    static string Processor()
    {
        const string File = "/proc/cpuinfo";
        if (!System.IO.File.Exists(File))
        {
            return "";
        }
        var line = System.IO.File.ReadLines(File)
            .FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal));
        return line is null ? "" : $" of {line[(line.IndexOf(':') + 1)..].Trim()}";
    }
}
