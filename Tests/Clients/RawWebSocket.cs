using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace Tests;

/// <summary>A WebSocket whose frames are written byte by byte: for what a well-behaved client cannot send.</summary>
sealed class RawWebSocket : IDisposable
{
    public const int Close = 8;
    public const int Pong = 10;

    readonly TcpClient tcp;
    readonly NetworkStream stream;

    RawWebSocket(TcpClient tcp)
    {
        this.tcp = tcp;
        stream = tcp.GetStream();
    }

    public static async Task<RawWebSocket> OpenAsync(Uri server, string user)
    {
        var tcp = new TcpClient();
        await tcp.ConnectAsync(server.Host, server.Port);
        var socket = new RawWebSocket(tcp);
        await socket.SendAsync(Encoding.ASCII.GetBytes(
            $"GET /ws?user={user} HTTP/1.1\r\nHost: {server.Authority}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"));
        var answer = new StringBuilder();
        while (!answer.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            answer.Append((char)(await socket.ReadAsync(1))[0]);
        }
        Assert.StartsWith("HTTP/1.1 101 ", answer.ToString());
        return socket;
    }

    public async Task SendAsync(byte[] bytes) => await stream.WriteAsync(bytes).AsTask().WaitAsync(Wait.Patience);

    /// <summary>The content of the next frame of this kind; others before it are passed over.</summary>
    public async Task<byte[]> NextAsync(int opcode)
    {
        while (true)
        {
            var head = await ReadAsync(2);
            var length = (head[1] & 0x7f) switch
            {
                126 => BinaryPrimitives.ReadUInt16BigEndian(await ReadAsync(2)),
                127 => (int)BinaryPrimitives.ReadUInt64BigEndian(await ReadAsync(8)),
                var small => small,
            };
            var content = await ReadAsync(length);
            if ((head[0] & 0x0f) == opcode)
            {
                return content;
            }
        }
    }

    /// <summary>The status that the server closes with; null when it cuts the connection without a word.</summary>
    public async Task<int?> CloseStatusAsync()
    {
        try
        {
            return BinaryPrimitives.ReadUInt16BigEndian(await NextAsync(Close));
        }
        catch (IOException)
        {
            return null;
        }
    }

    public void Dispose() => tcp.Dispose();

    async Task<byte[]> ReadAsync(int count)
    {
        var bytes = new byte[count];
        await stream.ReadExactlyAsync(bytes).AsTask().WaitAsync(Wait.Patience);
        return bytes;
    }
}
