using System.Net.Http;
using System.Net.Sockets;

namespace Tests;

/// <summary>A handler for HTTP clients that counts what their sockets send and receive.</summary>
sealed class CountingHandler
{
    long sent;
    long received;

    public CountingHandler() => Handler = new SocketsHttpHandler
    {
        ConnectCallback = async (context, cancellation) =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(context.DnsEndPoint, cancellation);
            return new CountingStream(socket, this);
        },
    };

    public SocketsHttpHandler Handler { get; }

    public long Sent => Interlocked.Read(ref sent);

    public long Received => Interlocked.Read(ref received);

    sealed class CountingStream(Socket socket, CountingHandler owner) : NetworkStream(socket, ownsSocket: true)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation = default)
        {
            var read = await base.ReadAsync(buffer, cancellation);
            Interlocked.Add(ref owner.received, read);
            return read;
        }

        public override async ValueTask WriteAsync(
            ReadOnlyMemory<byte> buffer, CancellationToken cancellation = default)
        {
            Interlocked.Add(ref owner.sent, buffer.Length);
            await base.WriteAsync(buffer, cancellation);
        }
    }
}
