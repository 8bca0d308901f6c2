using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Tests;

/// <summary>Ways of its own for a process to look names up: on Linux, for who may do so.</summary>
static class NameLookup
{
    /// <summary>Whether it can be done here: it is tried, once.</summary>
    public static bool IsPossible => possible.Value;

    public static IPAddress NameServer { get; } = IPAddress.Parse("127.0.0.9");

    public static string[] Unshare => ["--mount", "--map-root-user", "sh", "-c"];

    static readonly Lazy<bool> possible = new(() =>
    {
        var hosts = Path.GetTempFileName();
        try
        {
            File.WriteAllText(hosts, "127.0.0.7 localhost\n");
            using var server = new UdpClient(new IPEndPoint(NameServer, 53));
            using var process = Process.Start(new ProcessStartInfo("unshare",
                [
                    .. Unshare,
                    "mount --bind \"$0\" /etc/hosts && mount --bind \"$0\" /etc/resolv.conf && " +
                    "timeout 5 getent ahostsv4 localhost",
                    hosts,
                ])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            return process.StandardOutput.ReadToEnd().StartsWith("127.0.0.7", StringComparison.Ordinal);
        }
        catch (Exception exception) when (exception is Win32Exception or SocketException)
        {
            return false; // There is no such program, or the port is not for us.
        }
        finally
        {
            File.Delete(hosts);
        }
    });
}
