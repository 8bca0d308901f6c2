using System.Net.Sockets;

namespace Classroom;

/// <summary>
/// One client's connection through the <see cref="Wire"/>: two sockets, and a pump for each direction.
/// </summary>
sealed class WireConnection(Wire wire, Socket client)
{
    readonly Socket server = new(SocketType.Stream, ProtocolType.Tcp);
    readonly CancellationTokenSource aborted = new();

    /// <summary>Ends when both sockets are closed. Does not fail.</summary>
    public Task Ended { get; private set; } = Task.CompletedTask;

    public void Start(Uri target, Action ended) => Ended = Task.Run(async () =>
    {
        await OrAbortAsync(async () =>
        {
            client.NoDelay = server.NoDelay = true;
            await wire.ThawedAsync(aborted.Token);
            await server.ConnectAsync(target.DnsSafeHost, target.Port, aborted.Token);
            var up = new WirePump(wire, client, server, wire.CountUp, aborted.Token);
            var down = new WirePump(wire, server, client, wire.CountDown, aborted.Token);
            await Task.WhenAll(
                OrAbortAsync(up.ReceiveAsync), OrAbortAsync(up.PassLateAsync),
                OrAbortAsync(down.ReceiveAsync), OrAbortAsync(down.PassLateAsync));
        });
        client.Dispose();
        server.Dispose();
        ended();
    });

    /// <summary>Closes both sockets with a reset. May be called at any time, and more than once.</summary>
    public void Abort()
    {
        aborted.Cancel();
        client.Close(0);
        server.Close(0);
    }

    /// <summary>One end has gone without a goodbye (or the wire is cut): so is the other end told.</summary>
    async Task OrAbortAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception exception) when (
            exception is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            try
            {
                await wire.ThawedAsync(aborted.Token); // A reset does not pass a frozen wire either.
            }
            catch (OperationCanceledException)
            {
                // Cut in the freeze.
            }
            Abort();
        }
    }
}
