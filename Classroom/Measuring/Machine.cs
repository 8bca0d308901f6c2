namespace Classroom;

/// <summary>What the figures were measured on, in plain words.</summary>
static class Machine
{
    /// <summary>"2 cores, Linux, .NET 10.0".</summary>
    public static string Description { get; } =
        $"{Environment.ProcessorCount} cores, {OperatingSystemName}, .NET {Environment.Version.ToString(2)}";

    static string OperatingSystemName
    {
        get
        {
            if (OperatingSystem.IsWindows())
            {
                return "Windows";
            }
            return OperatingSystem.IsMacOS() ? "macOS" : "Linux";
        }
    }
}
