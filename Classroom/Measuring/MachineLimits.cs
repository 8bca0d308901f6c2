using System.Globalization;

namespace Classroom;

/// <summary>How many clients this machine can have.</summary>
static class MachineLimits
{
    /// <summary>A connection's own socket and the two of the wire.</summary>
    const int DescriptorsOnWire = 3;

    /// <summary>The runtime's own files, pipes and event queues.</summary>
    const int DescriptorsAnyway = 300;

    /// <summary>What stands in the way of so many clients; null when nothing that is known does.</summary>
    /// <param name="clients">Each with a connection to the same server.</param>
    /// <param name="wires">How many others have come in through a wire to the servers of other steps.</param>
    public static string? ReasonAgainst(int clients, int wires = 0)
    {
        var needed = clients + (long)wires * DescriptorsOnWire + DescriptorsAnyway;
        if (OpenFiles() is { } files && needed > files)
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"open files: {needed:#,0} are needed, and {files:#,0} are allowed (ulimit -n)");
        }
        if (Ports() is { } ports && clients > ports * 9 / 10)
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"ports: {clients:#,0} clients need one each for the way to the same server, and the system has " +
                $"{ports:#,0} for all (net.ipv4.ip_local_port_range)");
        }
        if (clients > Step)
        {
            return $"the steps: each accepts {Number.Plural(Step, "connection")} at most";
        }
        return null;
    }

    /// <summary>Every step's MaxConcurrentConnections.</summary>
    const int Step = 10_000;

    static long? OpenFiles()
    {
        const string Label = "Max open files";
        var line = Read("/proc/self/limits")
            .FirstOrDefault(line => line.StartsWith(Label, StringComparison.Ordinal));
        if (line is null)
        {
            return null;
        }
        // The soft limit comes first; it may be "unlimited".
        var soft = line[Label.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0];
        return long.TryParse(soft, CultureInfo.InvariantCulture, out var files) ? files : null;
    }

    static int? Ports()
    {
        var lines = Read("/proc/sys/net/ipv4/ip_local_port_range");
        if (lines.Length == 0)
        {
            return null;
        }
        var range = lines[0].Split('\t', ' ').Select(port => int.Parse(port, CultureInfo.InvariantCulture)).ToArray();
        return range[1] - range[0] + 1;
    }

    static string[] Read(string file) => File.Exists(file) ? File.ReadAllLines(file) : [];
}
