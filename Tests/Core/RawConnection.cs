using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace Tests;

/// <summary>
/// A TCP connection to a step on which anything can be said. Text is Latin-1: a character is a byte. It leaves with a
/// reset, without a word before.
/// </summary>
sealed class RawConnection : IDisposable
{
    /// <summary>TCP_MAXSEG of Linux: how long a segment to this client may be, in bytes.</summary>
    const int MaxSegment = 2;

    readonly Socket socket;
    readonly BufferedStream incoming;

    RawConnection(Socket socket)
    {
        this.socket = socket;
        incoming = new(new NetworkStream(socket));
    }

    /// <param name="isDeaf">Little can be sent to it as long as it does not read.</param>
    static async Task<RawConnection> OpenAsync(Uri server, bool isDeaf = false)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, LingerState = new(true, 0) };
        if (isDeaf)
        {
            // Before connecting: it is what the server is told. To small segments and a small window its system takes
            // some 40 KB; otherwise it could be 4 MB.
            socket.ReceiveBufferSize = 1024;
            if (OperatingSystem.IsLinux())
            {
                socket.SetRawSocketOption((int)SocketOptionLevel.Tcp, MaxSegment, BitConverter.GetBytes(536));
            }
        }
        await socket.ConnectAsync(server.Host, server.Port, Until.Token);
        return new(socket);
    }

    /// <summary>One who reads in the way of the step, from 04 on.</summary>
    public static async Task<RawConnection> JoinAsync(Step step, string user, bool isDeaf = false)
    {
        var connection = await OpenAsync(step.Address!, isDeaf);
        var isSocket = step.Technique.Reading == Reading.WebSocket;
        await connection.SendAsync(isSocket
            ? Request($"GET /ws?user={user}", Rows.Handshake)
            : Request($"GET /events?user={user}"));
        return connection;
    }

    /// <param name="line">"GET /"</param>
    static string Request(string line, params string[] headers) =>
        $"{line} HTTP/1.1\r\nHost: localhost\r\n{string.Concat(headers.Select(each => $"{each}\r\n"))}\r\n";

    /// <summary>A frame of a WebSocket.</summary>
    public static byte[] Frame(int opcode, byte[] payload, bool isFinal = true)
    {
        var head = (byte)((isFinal ? 0x80 : 0) | opcode);
        byte[] length = payload.Length < 126
            ? [(byte)(0x80 | payload.Length)]
            : [0x80 | 126, (byte)(payload.Length >> 8), (byte)payload.Length];
        // The mask is zero: the payload stays as it is.
        return [head, .. length, .. new byte[4], .. payload];
    }

    /// <summary>A text frame.</summary>
    public static byte[] Frame(string text, bool isFinal = true) => Frame(1, Encoding.UTF8.GetBytes(text), isFinal);

    public static byte[] Close(int code) => Frame(8, [(byte)(code >> 8), (byte)code]);

    public Task SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    /// <summary>The server may end the connection as soon as it has heard enough: what comes back tells.</summary>
    public async Task SendAsync(byte[] bytes)
    {
        try
        {
            for (var sent = 0; sent < bytes.Length;)
            {
                sent += await socket.SendAsync(bytes.AsMemory(sent), Until.Token);
            }
        }
        catch (SocketException)
        {
        }
    }

    /// <summary>The head of an answer: up to the empty line, or to the end of the connection.</summary>
    public async Task<string> HeadAsync()
    {
        var text = "";
        try
        {
            while (!text.EndsWith("\r\n\r\n"))
            {
                text += (char)(await TakeAsync(1))[0];
            }
        }
        catch (IOException)
        {
            // The end, in order or by a reset.
        }
        return text;
    }

    /// <summary>The next frame of a WebSocket, shorter than 64 KB; opcode -1 when the connection has ended.</summary>
    public async Task<(int Opcode, byte[] Payload)> FrameAsync()
    {
        try
        {
            var head = await TakeAsync(2);
            var length = (int)head[1];
            if (length == 126)
            {
                length = BinaryPrimitives.ReadUInt16BigEndian(await TakeAsync(2));
            }
            return (head[0] & 15, await TakeAsync(length));
        }
        catch (IOException)
        {
            return (-1, []);
        }
    }

    /// <summary>The next frame that is no text.</summary>
    public async Task<(int Opcode, byte[] Payload)> ControlFrameAsync()
    {
        while (true)
        {
            var frame = await FrameAsync();
            if (frame.Opcode != 1)
            {
                return frame;
            }
        }
    }

    public void Dispose() => socket.Dispose();

    async Task<byte[]> TakeAsync(int count)
    {
        var bytes = new byte[count];
        await incoming.ReadExactlyAsync(bytes, Until.Token);
        return bytes;
    }
}
