using System.Buffers;
using System.Diagnostics;
using System.Net.Sockets;
using System.Threading.Channels;

namespace Classroom;

/// <summary>One direction of a connection through the <see cref="Wire"/>.</summary>
sealed class WirePump(Wire wire, Socket from, Socket to, Action<int> count, CancellationToken aborted)
{
    const int LargestRead = 64 * 1024;
    const int MostUnderWay = 256 * 1024;

    readonly Channel<Piece> late = Channel.CreateUnbounded<Piece>(new() { SingleReader = true, SingleWriter = true });
    readonly SemaphoreSlim passed = new(0);
    bool isDelayed;
    int underWay;

    /// <summary>
    /// Passes on what comes, until the end of the sender's stream, which is passed on too and leaves the other
    /// direction alone.
    /// </summary>
    public async Task ReceiveAsync()
    {
        while (true)
        {
            var piece = await ReadAsync();
            // Once late, all the rest goes through the queue: that keeps the order.
            isDelayed |= wire.Delay > TimeSpan.Zero;
            if (isDelayed)
            {
                await QueueAsync(piece);
            }
            else
            {
                await PassAsync(piece);
            }
            if (piece is not Piece.Data)
            {
                late.Writer.Complete();
                return;
            }
        }
    }

    /// <summary>Passes on what was received while there was a delay, each piece when it is due.</summary>
    public async Task PassLateAsync()
    {
        await foreach (var piece in late.Reader.ReadAllAsync(aborted))
        {
            await UntilAsync(piece.Due);
            await PassAsync(piece);
            Interlocked.Add(ref underWay, -piece.Size);
            if (passed.CurrentCount == 0)
            {
                passed.Release();
            }
        }
    }

    async Task<Piece> ReadAsync()
    {
        try
        {
            // Waits without a buffer, so that an idle connection holds none.
            await from.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None, aborted);
            await wire.ThawedAsync(aborted);
            var buffer = ArrayPool<byte>.Shared.Rent(Math.Clamp(from.Available, 1, LargestRead));
            var received = await from.ReceiveAsync(buffer, SocketFlags.None, aborted);
            if (received > 0)
            {
                return new Piece.Data(buffer, received, Due());
            }
            ArrayPool<byte>.Shared.Return(buffer);
            return new Piece.End(Due());
        }
        catch (SocketException)
        {
            return new Piece.Reset(Due());
        }
    }

    /// <summary>Puts a piece into the queue, and waits while too much is in it.</summary>
    async Task QueueAsync(Piece piece)
    {
        late.Writer.TryWrite(piece);
        Interlocked.Add(ref underWay, piece.Size);
        while (Volatile.Read(ref underWay) > MostUnderWay)
        {
            await passed.WaitAsync(aborted);
        }
    }

    async Task PassAsync(Piece piece)
    {
        await wire.ThawedAsync(aborted);
        switch (piece)
        {
            case Piece.Data data:
                // First, so that whoever has received the bytes sees them counted.
                count(data.Count);
                await SendAsync(data.Buffer.AsMemory(0, data.Count));
                ArrayPool<byte>.Shared.Return(data.Buffer);
                break;
            case Piece.End:
                to.Shutdown(SocketShutdown.Send);
                break;
            case Piece.Reset:
                throw new SocketException((int)SocketError.ConnectionReset);
        }
    }

    async Task SendAsync(Memory<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var sent = await to.SendAsync(bytes, SocketFlags.None, aborted);
            bytes = bytes[sent..];
        }
    }

    async Task UntilAsync(long due)
    {
        while (true)
        {
            var early = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due);
            if (early <= TimeSpan.Zero)
            {
                return;
            }
            // It may wake a little early: hence the loop.
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(early.TotalMilliseconds)), aborted);
        }
    }

    long Due() => Stopwatch.GetTimestamp() + (long)(wire.Delay.TotalSeconds * Stopwatch.Frequency);
}
