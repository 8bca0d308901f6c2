using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Classroom;

/// <summary>Free ports for servers that are stopped and started again on the same one.</summary>
static class LoopbackPort
{
    static readonly IPAddress[] Both = [IPAddress.Loopback, IPAddress.IPv6Loopback];
    static readonly ConcurrentDictionary<int, bool> Given = [];

    /// <summary>
    /// A port on which nothing listens now, and which this process has not got before: the server on that one may be
    /// down for a moment. Another process may take it before the caller does.
    /// </summary>
    /// <remarks>
    /// Not the system's own choice (port 0): that is from the range of which it also gives ports to clients,
    /// so while the server is down a client that tries to come back can get the server's port as its own,
    /// be connected to itself, and keep the server from starting.
    /// </remarks>
    public static int Free()
    {
        for (var attempt = 0; attempt < 100; attempt++)
        {
            var port = Random.Shared.Next(20_000, 32_000);
            if (IsFree(port) && Given.TryAdd(port, true))
            {
                return port;
            }
        }
        throw new InvalidOperationException("There is no free port between 20000 and 32000.");
    }

    /// <summary>Nothing listens on the port, neither on 127.0.0.1 nor, where there is IPv6, on ::1.</summary>
    public static bool IsFree(int port)
    {
        try
        {
            foreach (var socket in Listen(port))
            {
                socket.Dispose();
            }
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>Listens on 127.0.0.1 and, where there is IPv6, on ::1.</summary>
    /// <exception cref="SocketException">The port is taken.</exception>
    public static IReadOnlyList<Socket> Listen(int port)
    {
        List<Socket> sockets = [];
        foreach (var address in Socket.OSSupportsIPv6 ? Both : Both[..1])
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(address, port));
                socket.Listen();
                sockets.Add(socket);
            }
            catch (SocketException exception)
            {
                socket.Dispose();
                // Without an address, IPv6 is switched off for loopback.
                if (exception.SocketErrorCode != SocketError.AddressNotAvailable)
                {
                    sockets.ForEach(listening => listening.Dispose());
                    throw;
                }
            }
        }
        return sockets;
    }
}
