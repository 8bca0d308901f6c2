using System.Net.Sockets;

namespace Classroom;

/// <summary>
/// The network between clients and a step: a TCP proxy on loopback that counts what crosses it and breaks on request.
/// It knows nothing of HTTP or of the techniques. All members may be used from several threads at once.
/// </summary>
/// <example><code>
/// await using var wire = await Wire.StartAsync(step.BaseAddress);
/// // … clients talk to wire.Address …
/// wire.Cut();
/// </code></example>
public sealed class Wire : IAsyncDisposable
{
    readonly Lock gate = new();
    readonly HashSet<WireConnection> open = [];
    readonly Uri server;
    readonly WireSwitch refusing;
    readonly WireSwitch freezing;
    volatile IReadOnlyList<Socket>? listening;
    volatile TaskCompletionSource? thaw;
    Task accepting = Task.CompletedTask;
    long delayTicks;
    long up;
    long down;
    long accepted;
    bool disposed;

    Wire(Uri server, int port)
    {
        this.server = server;
        refusing = new(gate, RefuseInLock);
        freezing = new(gate, FreezeInLock);
        Port = port;
        Address = new Uri($"http://127.0.0.1:{port}");
    }

    /// <summary>The port that clients connect to, on 127.0.0.1 and, where there is IPv6, on ::1.</summary>
    public int Port { get; }

    /// <summary>http://127.0.0.1:PORT, as clients of the step use it in place of the step's own address.</summary>
    public Uri Address { get; }

    /// <summary>
    /// Bytes passed from clients to the server since the start: what TCP carries, without TCP's and IP's own headers.
    /// </summary>
    public long BytesUp => Interlocked.Read(ref up);

    /// <summary>Bytes passed from the server to clients since the start.</summary>
    public long BytesDown => Interlocked.Read(ref down);

    /// <summary>Connections accepted from clients since the start.</summary>
    public long Accepted => Interlocked.Read(ref accepted);

    /// <summary>Connections of clients that are open now; one that is closed in one direction only counts.</summary>
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

    /// <summary>
    /// How much later everything arrives, each way, from now on; zero or more. What is on its way keeps its delay, and
    /// the order is kept.
    /// At most 256 KB per connection and direction are on their way: beyond that the sender has to wait.
    /// Only data is late: a new connection is made at once.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">A negative delay, or one above a minute.</exception>
    public TimeSpan Delay
    {
        get => TimeSpan.FromTicks(Interlocked.Read(ref delayTicks));
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, TimeSpan.FromMinutes(1));
            Interlocked.Exchange(ref delayTicks, value.Ticks);
        }
    }

    /// <summary>
    /// Starts a wire to a server, which need not be up yet: connections made while it is down are reset.
    /// </summary>
    /// <param name="server">Its host and port; nothing else of the address matters.</param>
    /// <param name="port">1 to 65535; 0 takes a free one.</param>
    /// <exception cref="SocketException">The port is taken.</exception>
    public static Task<Wire> StartAsync(Uri server, int port = 0)
    {
        for (var attempt = 1; ; attempt++)
        {
            var wire = new Wire(server, port == 0 ? LoopbackPort.Free() : port);
            try
            {
                wire.Listen();
                return Task.FromResult(wire);
            }
            catch (SocketException) when (port == 0 && attempt < 10)
            {
                // Taken since it was found free.
            }
        }
    }

    /// <summary>
    /// Closes every open connection now, with a reset, so that both ends notice at once. What was on its way is lost.
    /// </summary>
    /// <returns>How many connections were cut.</returns>
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
            connection.Abort();
        }
        return all.Length;
    }

    /// <summary>
    /// Refuses new connections (nothing listens on the port: "connection refused") until told otherwise. Open ones
    /// stay.
    /// </summary>
    /// <exception cref="SocketException">Turned off, and someone else has taken the port meanwhile.</exception>
    public void Refuse(bool on) => refusing.Turn(on);

    /// <summary>Refuses new connections for a while. A later call of either overload takes its place.</summary>
    /// <returns>A task that ends with the refusing, at the latest when the wire is disposed of.</returns>
    /// <exception cref="SocketException">Someone else has taken the port meanwhile.</exception>
    public Task Refuse(TimeSpan time, CancellationToken cancellation = default) =>
        refusing.TurnOnAsync(time, cancellation);

    public bool Refusing => listening is null;

    /// <summary>
    /// Lets no byte pass, either way, and closes nothing, until told otherwise; then everything goes on, and nothing
    /// is lost.
    /// Whoever connects meanwhile is connected, and hears nothing.
    /// </summary>
    public void Freeze(bool on) => freezing.Turn(on);

    /// <summary>Freezes for a while. A later call of either overload takes its place.</summary>
    /// <returns>A task that ends with the freeze.</returns>
    public Task Freeze(TimeSpan time, CancellationToken cancellation = default) =>
        freezing.TurnOnAsync(time, cancellation);

    public bool Frozen => thaw is not null;

    /// <summary>Stops listening and closes every connection; when it returns nothing is open.</summary>
    public async ValueTask DisposeAsync()
    {
        Task[] ends;
        lock (gate)
        {
            disposed = true;
            StopListening();
            FreezeInLock(false);
            ends = [accepting, .. open.Select(connection => connection.Ended)];
        }
        Cut();
        await Task.WhenAll(ends);
    }

    /// <summary>Waits for the end of the freeze, if there is one.</summary>
    internal Task ThawedAsync(CancellationToken cancellation) =>
        thaw?.Task.WaitAsync(cancellation) ?? Task.CompletedTask;

    internal void CountUp(int bytes) => Interlocked.Add(ref up, bytes);

    internal void CountDown(int bytes) => Interlocked.Add(ref down, bytes);

    void RefuseInLock(bool on)
    {
        if (on)
        {
            StopListening();
        }
        else if (listening is null && !disposed)
        {
            Listen();
        }
    }

    void FreezeInLock(bool on)
    {
        if (on)
        {
            // Continuations must not run inside the lock.
            thaw ??= disposed ? null : new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        else
        {
            thaw?.SetResult();
            thaw = null;
        }
    }

    void Listen()
    {
        var sockets = LoopbackPort.Listen(Port);
        listening = sockets;
        accepting = Task.WhenAll(sockets.Select(AcceptAsync));
    }

    void StopListening()
    {
        foreach (var socket in listening ?? [])
        {
            try
            {
                // Closing alone does not stop it while a process that was just started still holds a copy of the
                // descriptor.
                socket.Shutdown(SocketShutdown.Both);
            }
            catch (SocketException)
            {
                // Not every system does that to a socket that listens.
            }
            socket.Dispose();
        }
        listening = null;
    }

    async Task AcceptAsync(Socket socket)
    {
        await Task.Yield();
        while (true)
        {
            try
            {
                Accept(await socket.AcceptAsync());
            }
            catch (Exception exception) when (
                exception is ObjectDisposedException
                    or SocketException { SocketErrorCode: SocketError.OperationAborted })
            {
                return; // Stopped listening.
            }
            catch (SocketException)
            {
                // This client is gone already, or there are no descriptors left: the others still count.
                await Task.Delay(10);
            }
        }
    }

    void Accept(Socket client)
    {
        Interlocked.Increment(ref accepted);
        var connection = new WireConnection(this, client);
        lock (gate)
        {
            if (disposed)
            {
                connection.Abort();
                return;
            }
            open.Add(connection);
            connection.Start(server, () =>
            {
                lock (gate)
                {
                    open.Remove(connection);
                }
            });
        }
    }
}
