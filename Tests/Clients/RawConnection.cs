using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Classroom;

namespace Tests;

/// <summary>
/// A TCP connection to a step on which anything can be said. It leaves with a reset, so that thousands of them leave no
/// port behind.
/// </summary>
sealed partial class RawConnection : IDisposable
{
    /// <summary>TCP_MAXSEG of Linux: how long a segment to this client may be, in bytes.</summary>
    const int TcpMaxSeg = 2;

    readonly Socket socket;
    byte[] received = [];

    RawConnection(Socket socket) => this.socket = socket;

    /// <param name="port">The step's.</param>
    /// <param name="deaf">As little as possible is to be received without reading.</param>
    public static async Task<RawConnection> OpenAsync(int port, bool deaf = false)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true,
            LingerState = new(true, 0),
        };
        if (deaf)
        {
            // Before connecting: it is what the server is told. Of what it sends to small segments and a small window,
            // its system takes 40 KB; otherwise it would be up to 4 MB.
            socket.ReceiveBufferSize = 1024;
            if (OperatingSystem.IsLinux())
            {
                socket.SetRawSocketOption((int)SocketOptionLevel.Tcp, TcpMaxSeg, BitConverter.GetBytes(536));
            }
        }
        using var patience = new CancellationTokenSource(Wait.Patience);
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), patience.Token);
        return new(socket);
    }

    /// <summary>A WebSocket whose handshake is done.</summary>
    public static async Task<RawConnection> OpenSocketAsync(int port, string user, long after, bool deaf = false)
    {
        var connection = await OpenAsync(port, deaf);
        await connection.SendAsync(Handshake($"/ws?user={user}&after={after}"));
        var answer = await connection.ReadAsync(all => all.IndexOf("\r\n\r\n"u8) is >= 0 and var end ? end + 4 : 0);
        Assert.Equal([101], Statuses(answer));
        return connection;
    }

    /// <summary>One who is online in a step from 04 on.</summary>
    public static async Task<RawConnection> JoinAsync(string step, int port, string user, bool deaf = false)
    {
        if (!Technique.Of(step).SendsByPost)
        {
            return await OpenSocketAsync(port, user, 0, deaf);
        }
        var connection = await OpenAsync(port, deaf);
        await connection.SendAsync(Get($"/events?user={user}"));
        return connection;
    }

    public static byte[] Handshake(string target, string more = "") => Bytes(
        $"GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
        $"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{more}\r\n");

    public static byte[] Get(string target, string more = "") =>
        Bytes($"GET {target} HTTP/1.1\r\nHost: localhost\r\n{more}\r\n");

    public static byte[] Post(byte[] json, string type = "application/json", string more = "") =>
        [
            .. Bytes(
                $"POST /messages HTTP/1.1\r\nHost: localhost\r\nContent-Type: {type}\r\nContent-Length: " +
                $"{json.Length}\r\n{more}\r\n"),
            .. json,
        ];

    /// <summary>Characters up to 255 as one byte each, so that what is no text at all can be written down.</summary>
    public static byte[] Bytes(string latin1) => Encoding.Latin1.GetBytes(latin1);

    /// <summary>
    /// A WebSocket frame. The length that it tells may be another one than its payload's, and the bits may be any.
    /// </summary>
    public static byte[] Frame(
        int opcode, ReadOnlySpan<byte> payload, bool final = true, int reserved = 0, bool masked = true,
        ulong? length = null)
    {
        var told = length ?? (ulong)payload.Length;
        Span<byte> head = stackalloc byte[14];
        head[0] = (byte)((final ? 0x80 : 0) | reserved << 4 | opcode);
        head[1] = (byte)((masked ? 0x80 : 0) | (told < 126 ? (int)told : told < 65536 ? 126 : 127));
        var size = 2;
        if (told is >= 126 and < 65536)
        {
            BinaryPrimitives.WriteUInt16BigEndian(head[2..], (ushort)told);
            size = 4;
        }
        else if (told >= 65536)
        {
            BinaryPrimitives.WriteUInt64BigEndian(head[2..], told);
            size = 10;
        }
        // The mask is zero: the payload stays as it is.
        return [.. head[..(masked ? size + 4 : size)], .. payload];
    }

    public static byte[] Close(int code) => Frame(8, [(byte)(code >> 8), (byte)code]);

    /// <returns>False when the server has ended the connection: it may, as soon as it has heard enough.</returns>
    public async Task<bool> SendAsync(ReadOnlyMemory<byte> bytes)
    {
        using var patience = new CancellationTokenSource(Wait.Patience);
        try
        {
            while (bytes.Length > 0)
            {
                bytes = bytes[await socket.SendAsync(bytes, patience.Token)..];
            }
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>Leaves properly, where <see cref="Dispose"/> leaves with a reset.</summary>
    public void LeaveProperly() => socket.LingerState = new(false, 0);

    /// <summary>All that comes until the server ends the connection, properly or with a reset.</summary>
    public async Task<byte[]> ReadToEndAsync()
    {
        while (await ReceiveAsync())
        {
        }
        return Take(received.Length);
    }

    /// <summary>
    /// So many first bytes as a question about all that has come says; it answers 0 as long as they have not.
    /// </summary>
    public async Task<byte[]> ReadAsync(Func<byte[], int> enough)
    {
        int size;
        while ((size = enough(received)) == 0)
        {
            if (!await ReceiveAsync())
            {
                throw new IOException($"The server ended the connection after: {Encoding.Latin1.GetString(received)}");
            }
        }
        return Take(size);
    }

    /// <summary>Reads and forgets, until the server or <see cref="Dispose"/> ends the connection.</summary>
    public async Task DrainAsync()
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await socket.ReceiveAsync(buffer) > 0)
            {
            }
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException)
        {
        }
    }

    /// <summary>The content of the next frame of this kind; others before it are passed over.</summary>
    public async Task<byte[]> ReadFrameAsync(int opcode)
    {
        while (true)
        {
            var frame = await ReadFrameAsync() ?? throw new IOException(
                $"The connection ended before a frame {opcode}.");
            if (frame.Opcode == opcode)
            {
                return frame.Payload;
            }
        }
    }

    /// <summary>The next frame; null when the connection has ended.</summary>
    public async Task<(int Opcode, byte[] Payload)?> ReadFrameAsync()
    {
        while (true)
        {
            if (received.Length >= 2)
            {
                var (length, head) = (received[1] & 127) switch
                {
                    126 when received.Length >= 4 => (BinaryPrimitives.ReadUInt16BigEndian(received.AsSpan(2)), 4),
                    127 when received.Length >= 10 =>
                        ((int)BinaryPrimitives.ReadUInt64BigEndian(received.AsSpan(2)), 10),
                    126 or 127 => (0, int.MaxValue),
                    var small => (small, 2),
                };
                if (received.Length - length >= head)
                {
                    var frame = Take(head + length);
                    return (frame[0] & 15, frame[head..]);
                }
            }
            if (!await ReceiveAsync())
            {
                return null;
            }
        }
    }

    /// <summary>The status codes of the answers in a stream of them, in order.</summary>
    public static int[] Statuses(byte[] answers) =>
        [.. StatusLine().Matches(Encoding.Latin1.GetString(answers)).Select(match => int.Parse(match.Groups[1].Value))];

    public void Dispose() => socket.Dispose();

    [GeneratedRegex(@"HTTP/1\.1 (\d{3}) ")]
    private static partial Regex StatusLine();

    byte[] Take(int size)
    {
        var taken = received[..size];
        received = received[size..];
        return taken;
    }

    async Task<bool> ReceiveAsync()
    {
        var buffer = new byte[16 * 1024];
        using var patience = new CancellationTokenSource(Wait.Patience);
        try
        {
            var size = await socket.ReceiveAsync(buffer, patience.Token);
            received = [.. received, .. buffer[..size]];
            return size > 0;
        }
        catch (SocketException)
        {
            return false; // Reset.
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException(
                $"The server neither answered nor ended the connection after: {Encoding.Latin1.GetString(received)}");
        }
    }
}
