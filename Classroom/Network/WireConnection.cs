using System.Diagnostics;
using System.Net.Sockets;
using System.Threading.Channels;

namespace Classroom;

/// <summary>One client's connection through a wire, and the one to the server that it stands for.</summary>
sealed class WireConnection(Wire wire, Socket client, Uri address)
{
    const int LargestPiece = 64 * 1024;

    /// <summary>In each direction. Beyond that the sender waits, as on a slow line.</summary>
    const int MostPiecesUnderWay = 8;

    readonly CancellationTokenSource cut = new();
    readonly Socket server = new(SocketType.Stream, ProtocolType.Tcp);

    public async Task RunAsync()
    {
        try
        {
            client.NoDelay = true;
            server.NoDelay = true;
            await server.ConnectAsync(address.Host, address.Port, cut.Token);
            await BothAsync(PumpAsync(client, server, Direction.Up), PumpAsync(server, client, Direction.Down));
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // One end is gone. A wire that holds does not tell the other one.
            await wire.PassingAsync(Direction.Down).WaitAsync(cut.Token)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        Reset();
        wire.Closed(this);
    }

    /// <summary>Closes both ends: with a reset, unless they have been closed in order.</summary>
    public void Reset()
    {
        cut.Cancel();
        client.Close(timeout: 0);
        server.Close(timeout: 0);
    }

    /// <summary>Ends with both, or with the first that fails.</summary>
    static async Task BothAsync(Task one, Task other)
    {
        await await Task.WhenAny(one, other);
        await Task.WhenAll(one, other);
    }

    Task PumpAsync(Socket from, Socket to, Direction direction)
    {
        // A queue, so that what follows closely is delayed as long as what it follows, and no longer.
        var pieces = Channel.CreateBounded<(byte[] Bytes, long Due)>(MostPiecesUnderWay);
        return BothAsync(ReadAsync(from, pieces.Writer), WriteAsync(pieces.Reader, to, direction));
    }

    async Task ReadAsync(Socket from, ChannelWriter<(byte[] Bytes, long Due)> pieces)
    {
        while (true)
        {
            await from.ReceiveAsync(Memory<byte>.Empty, cut.Token); // An idle connection holds no buffer.
            var buffer = new byte[Math.Clamp(from.Available, 1, LargestPiece)];
            var count = await from.ReceiveAsync(buffer, cut.Token);
            var due = Stopwatch.GetTimestamp() + (long)(wire.Delay.TotalSeconds * Stopwatch.Frequency);
            await pieces.WriteAsync((buffer[..count], due), cut.Token);
            if (count == 0)
            {
                return; // The end of this direction: nothing follows.
            }
        }
    }

    async Task WriteAsync(ChannelReader<(byte[] Bytes, long Due)> pieces, Socket to, Direction direction)
    {
        while (true)
        {
            var (bytes, due) = await pieces.ReadAsync(cut.Token);
            while (Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due) is { Ticks: > 0 } left)
            {
                await Task.Delay(left + TimeSpan.FromMilliseconds(1), cut.Token); // A timer may be early by a little.
            }
            await wire.PassingAsync(direction).WaitAsync(cut.Token);
            if (bytes.Length == 0)
            {
                to.Shutdown(SocketShutdown.Send);
                return;
            }
            wire.Count(direction, bytes.Length);
            for (var sent = 0; sent < bytes.Length;)
            {
                sent += await to.SendAsync(bytes.AsMemory(sent), cut.Token);
            }
        }
    }
}
