using System.Globalization;

namespace Classroom;

/// <summary>How large a class this machine can seat.</summary>
static class MachineLimits
{
    /// <summary>A connection's own socket and the two of the wire.</summary>
    const int DescriptorsPerConnection = 3;

    /// <summary>The runtime's own files, pipes and event queues.</summary>
    const int DescriptorsAnyway = 300;

    /// <summary>What stands in the way of a class of this size; null when nothing that is known does.</summary>
    /// <param name="students">Each has a connection.</param>
    /// <param name="messages">Each may be posted over another one.</param>
    public static string? ReasonAgainst(int students, int messages)
    {
        var needed = ((long)students + Math.Min(students, messages)) * DescriptorsPerConnection + DescriptorsAnyway;
        if (OpenFiles() is { } files && needed > files)
        {
            return $"open files: {students} students need about {needed}, and {files} are allowed (ulimit -n)";
        }
        if (Ports() is { } ports && students > ports * 9 / 10)
        {
            return $"ports: {students} students need one each for the way to the same server, and the system has {ports} for all (net.ipv4.ip_local_port_range)";
        }
        if (students > Step)
        {
            return $"the steps: each accepts {Step} connections at most";
        }
        return null;
    }

    /// <summary>Every step's MaxConcurrentConnections.</summary>
    const int Step = 10_000;

    static long? OpenFiles() =>
        Read("/proc/self/limits")?.FirstOrDefault(line => line.StartsWith("Max open files", StringComparison.Ordinal)) is { } line
        && long.TryParse(line[14..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0], CultureInfo.InvariantCulture, out var files) ? files : null;

    static int? Ports() =>
        Read("/proc/sys/net/ipv4/ip_local_port_range") is [var line, ..] && line.Split('\t', ' ') is [var first, var last]
            ? int.Parse(last, CultureInfo.InvariantCulture) - int.Parse(first, CultureInfo.InvariantCulture) + 1 : null;

    static string[]? Read(string file) => File.Exists(file) ? File.ReadAllLines(file) : null;
}
