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

    /// <summary>What was read together. No bytes: the sender's end of stream. No buffer: the sender's reset.</summary>
    readonly record struct Chunk(byte[]? Buffer, int Bytes, long Due);

    readonly Channel<Chunk> late = Channel.CreateUnbounded<Chunk>(new() { SingleReader = true, SingleWriter = true });
    readonly SemaphoreSlim passed = new(0);
    int underWay;

    /// <summary>Passes on what comes, until the end of the sender's stream, which is passed on too and leaves the other direction alone.</summary>
    public async Task ReceiveAsync()
    {
        var delayed = false;
        Chunk chunk;
        do
        {
            try
            {
                chunk = await ReadAsync();
            }
            catch (SocketException) when (delayed)
            {
                chunk = new(null, 0, Due()); // Not before the bytes that are still under way.
            }
            // Once late, all the rest goes through the queue: that keeps the order.
            delayed |= wire.Delay > TimeSpan.Zero;
            if (delayed)
            {
                late.Writer.TryWrite(chunk);
                Interlocked.Add(ref underWay, chunk.Bytes);
                while (Volatile.Read(ref underWay) > MostUnderWay)
                {
                    await passed.WaitAsync(aborted);
                }
            }
            else
            {
                await PassAsync(chunk);
            }
        }
        while (chunk.Bytes > 0);
        late.Writer.Complete();
    }

    /// <summary>Passes on what was received while there was a delay, each chunk when it is due.</summary>
    public async Task PassLateAsync()
    {
        await foreach (var chunk in late.Reader.ReadAllAsync(aborted))
        {
            while (Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), chunk.Due) is { Ticks: > 0 } early)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(early.TotalMilliseconds)), aborted); // It may wake a little early.
            }
            await PassAsync(chunk);
            Interlocked.Add(ref underWay, -chunk.Bytes);
            if (passed.CurrentCount == 0)
            {
                passed.Release();
            }
        }
    }

    async Task<Chunk> ReadAsync()
    {
        // Waits without a buffer, so that an idle connection holds none.
        await from.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None, aborted);
        await wire.ThawedAsync(aborted);
        var buffer = ArrayPool<byte>.Shared.Rent(Math.Clamp(from.Available, 1, LargestRead));
        return new(buffer, await from.ReceiveAsync(buffer, SocketFlags.None, aborted), Due());
    }

    async Task PassAsync(Chunk chunk)
    {
        await wire.ThawedAsync(aborted);
        if (chunk.Buffer is null)
        {
            throw new SocketException((int)SocketError.ConnectionReset);
        }
        if (chunk.Bytes == 0)
        {
            to.Shutdown(SocketShutdown.Send);
        }
        else
        {
            count(chunk.Bytes); // First, so that whoever has received the bytes sees them counted.
            for (var sent = 0; sent < chunk.Bytes;)
            {
                sent += await to.SendAsync(chunk.Buffer.AsMemory(sent, chunk.Bytes - sent), SocketFlags.None, aborted);
            }
        }
        ArrayPool<byte>.Shared.Return(chunk.Buffer);
    }

    long Due() => Stopwatch.GetTimestamp() + (long)(wire.Delay.TotalSeconds * Stopwatch.Frequency);
}
