using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Classroom;

/// <summary>What passes a wire: what clients say, what the server says, or both.</summary>
[Flags]
public enum Direction
{
    Up = 1,
    Down = 2,
    Both = Up | Down,
}

/// <summary>
/// The network between clients and a server: a TCP proxy on loopback that counts, and breaks on request. What is done
/// to it lasts until it is undone. Its address stays the same when the server restarts, on whatever port. It knows
/// nothing of HTTP. All members may be used from several threads at once.
/// </summary>
public sealed class Wire : IAsyncDisposable
{
    readonly Lock gate = new();
    readonly ConcurrentDictionary<WireConnection, bool> open = [];
    readonly Dictionary<Direction, TaskCompletionSource> held = [];
    readonly Func<Uri?> server;
    readonly Socket[] listeners;
    readonly Task accepting;
    bool refuses;
    long connections;
    long up;
    long down;

    /// <param name="server">Asked at each new connection where the server is; null while it is down.</param>
    /// <param name="port">1 to 65535; 0 takes a free one.</param>
    /// <exception cref="IOException">The port is taken.</exception>
    public Wire(Func<Uri?> server, int port = 0)
    {
        this.server = server;
        listeners = Listen(port);
        Port = ((IPEndPoint)listeners[0].LocalEndPoint!).Port;
        accepting = Task.WhenAll(listeners.Select(AcceptAsync));
    }

    public Wire(Uri server, int port = 0)
        : this(() => server, port)
    {
    }

    public int Port { get; }

    /// <summary>What clients use in place of the server's own.</summary>
    public Uri Address => new($"http://127.0.0.1:{Port}");

    /// <summary>Bytes that clients have sent to the server so far. Counted before they arrive.</summary>
    public long BytesUp => Interlocked.Read(ref up);

    /// <summary>Bytes that the server has sent to clients so far. Counted before they arrive.</summary>
    public long BytesDown => Interlocked.Read(ref down);

    /// <summary>Connections so far, refused ones included.</summary>
    public long Connections => Interlocked.Read(ref connections);

    /// <summary>Connections that are open now.</summary>
    public int Open => open.Count;

    /// <summary>How much later everything arrives, each way. The order is kept.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>Keeps back what passes in this direction, and tells nobody; until <see cref="Release"/>.</summary>
    public void Hold(Direction direction = Direction.Down)
    {
        lock (gate)
        {
            foreach (var one in new[] { Direction.Up, Direction.Down }.Where(one => direction.HasFlag(one)))
            {
                held.TryAdd(one, new(TaskCreationOptions.RunContinuationsAsynchronously));
            }
        }
    }

    /// <summary>Resets every new connection at once; until <see cref="Release"/>, or false. Open ones stay.</summary>
    public void Refuse(bool refusesNow = true)
    {
        lock (gate)
        {
            refuses = refusesNow;
        }
    }

    /// <summary>Resets every open connection, so that both ends notice. What was held is lost.</summary>
    /// <returns>How many were open.</returns>
    public int Cut()
    {
        var all = open.Keys;
        foreach (var connection in all)
        {
            Closed(connection);
            connection.Reset();
        }
        return all.Count;
    }

    /// <summary>Everything passes again, what was held first.</summary>
    public void Release()
    {
        TaskCompletionSource[] all;
        lock (gate)
        {
            refuses = false;
            all = [.. held.Values];
            held.Clear();
        }
        foreach (var one in all)
        {
            one.SetResult();
        }
    }

    /// <exception cref="IOException">The port is taken.</exception>
    public static ValueTask CheckAsync(int port) => new Wire(() => null, port).DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var listener in listeners)
        {
            listener.Dispose();
        }
        await accepting;
        Cut();
        Release();
    }

    /// <summary>Completes when what goes in this direction may pass.</summary>
    internal Task PassingAsync(Direction direction)
    {
        lock (gate)
        {
            return held.TryGetValue(direction, out var release) ? release.Task : Task.CompletedTask;
        }
    }

    internal void Count(Direction direction, int bytes) =>
        Interlocked.Add(ref direction == Direction.Up ? ref up : ref down, bytes);

    internal void Closed(WireConnection connection) => open.TryRemove(connection, out _);

    async Task AcceptAsync(Socket listener)
    {
        try
        {
            while (true)
            {
                Accept(await listener.AcceptAsync());
            }
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException)
        {
            // The wire is disposed of.
        }
    }

    void Accept(Socket client)
    {
        Interlocked.Increment(ref connections);
        lock (gate)
        {
            if (refuses || server() is not { } address)
            {
                client.Close(timeout: 0); // With a reset.
                return;
            }
            var connection = new WireConnection(this, client, address);
            open[connection] = true;
            _ = connection.RunAsync();
        }
    }

    /// <summary>localhost is 127.0.0.1 and ::1.</summary>
    static Socket[] Listen(int port)
    {
        List<Socket> sockets = [];
        // A free port is free on one of them: that is enough for what is told it.
        IPAddress[] addresses = port == 0 ? [IPAddress.Loopback] : [IPAddress.Loopback, IPAddress.IPv6Loopback];
        foreach (var address in addresses)
        {
            try
            {
                var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
                socket.Bind(new IPEndPoint(address, port));
                socket.Listen();
                sockets.Add(socket);
            }
            catch (SocketException exception) when (exception.SocketErrorCode
                is SocketError.AddressFamilyNotSupported or SocketError.AddressNotAvailable)
            {
                // There is no IPv6, or it is switched off for loopback.
            }
            catch (SocketException exception)
            {
                sockets.ForEach(socket => socket.Dispose());
                throw new IOException($"Port {port} cannot be used: {exception.Message}. "
                    + "Stop what runs there, or choose another by --port");
            }
        }
        return [.. sockets];
    }
}
