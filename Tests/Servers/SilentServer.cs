using System.Net;
using System.Net.Sockets;
using Classroom;

namespace Tests;

/// <summary>A server that does nothing by itself.</summary>
sealed class SilentServer : IDisposable
{
    readonly TcpListener listener = new(IPAddress.Loopback, 0);

    public SilentServer() => listener.Start();

    public Uri EndPoint => new($"tcp://{listener.LocalEndpoint}");

    public Task<Socket> AcceptAsync() => listener.AcceptSocketAsync();

    public async Task<SocketPair> ConnectAsync(Wire wire)
    {
        var client = await ConnectAsync(wire.Port);
        return new(client, await AcceptAsync().WaitAsync(Wait.Patience));
    }

    public static async Task<Socket> ConnectAsync(int port)
    {
        var client = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await client.ConnectAsync(IPAddress.Loopback, port).WaitAsync(Wait.Patience);
        return client;
    }

    public static async Task<byte[]> ReceiveAsync(Socket socket, int count)
    {
        var bytes = new byte[count];
        for (var read = 0; read < count;)
        {
            var more = await socket.ReceiveAsync(bytes.AsMemory(read)).AsTask().WaitAsync(Wait.Patience);
            Assert.NotEqual(0, more);
            read += more;
        }
        return bytes;
    }

    public void Dispose() => listener.Dispose();
}
