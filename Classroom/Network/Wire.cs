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
    readonly HashSet<WireConnection> open = [];
    readonly Dictionary<Direction, TaskCompletionSource> held = [];
    readonly Func<Uri?> server;
    readonly Socket[] listeners;
    readonly Task accepting;
    bool refuses;
    long delay;
    long connections;
    long up;
    long down;

    /// <param name="server">Asked at each new connection where the server is; null while it is down.</param>
    /// <param name="port">1 to 65535; 0 takes a free one.</param>
    /// <exception cref="IOException">The port is taken.</exception>
    public Wire(Func<Uri?> server, int port = 0)
    {
        this.server = server;
        // localhost is 127.0.0.1 and ::1. A free port is free on one of them: that is enough for what is told it.
        listeners = port == 0 ? [Listen(IPAddress.Loopback, 0)!] : ListenOnBoth(port);
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
    public int Open
    {
        get
        {
            lock (gate)
            {
                return open.Count;
            }
        }
    }

    /// <summary>How much later everything arrives, each way. The order is kept.</summary>
    public TimeSpan Delay
    {
        get => TimeSpan.FromTicks(Interlocked.Read(ref delay));
        set => Interlocked.Exchange(ref delay, value.Ticks);
    }

    /// <summary>Keeps back what passes in this direction, and tells nobody; until <see cref="Release"/>.</summary>
    public void Hold(Direction direction = Direction.Down)
    {
        lock (gate)
        {
            foreach (var one in new[] { Direction.Up, Direction.Down })
            {
                if (direction.HasFlag(one))
                {
                    held.TryAdd(one, new(TaskCreationOptions.RunContinuationsAsynchronously));
                }
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
        WireConnection[] all;
        lock (gate)
        {
            all = [.. open];
            open.Clear();
        }
        foreach (var connection in all)
        {
            connection.Reset();
        }
        return all.Length;
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

    internal void Closed(WireConnection connection)
    {
        lock (gate)
        {
            open.Remove(connection);
        }
    }

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
            open.Add(connection);
            _ = connection.RunAsync();
        }
    }

    static Socket[] ListenOnBoth(int port)
    {
        var first = Listen(IPAddress.Loopback, port)!;
        try
        {
            return Listen(IPAddress.IPv6Loopback, port) is { } second ? [first, second] : [first];
        }
        catch
        {
            first.Dispose();
            throw;
        }
    }

    /// <summary>Null where there is no IPv6.</summary>
    static Socket? Listen(IPAddress address, int port)
    {
        var isIPv6 = address.AddressFamily == AddressFamily.InterNetworkV6;
        if (isIPv6 && !Socket.OSSupportsIPv6)
        {
            return null;
        }
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(address, port));
            socket.Listen();
            return socket;
        }
        catch (SocketException exception) when (isIPv6 && exception.SocketErrorCode == SocketError.AddressNotAvailable)
        {
            socket.Dispose(); // IPv6 is there, and switched off for loopback.
            return null;
        }
        catch (SocketException exception)
        {
            socket.Dispose();
            throw new IOException(
                $"Port {port} cannot be used: {exception.Message}. Stop what runs there, or choose another by --port");
        }
    }
}
