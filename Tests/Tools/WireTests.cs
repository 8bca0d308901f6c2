using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Tests;

/// <summary>The wire: counts to the byte, and breaks as told.</summary>
public sealed class WireTests : IAsyncDisposable
{
    readonly TcpListener server = new(IPAddress.Loopback, 0);
    readonly Wire wire;

    public WireTests()
    {
        server.Start();
        wire = new(new Uri($"tcp://{server.LocalEndpoint}"));
    }

    public async ValueTask DisposeAsync()
    {
        await wire.DisposeAsync();
        server.Dispose();
    }

    [Fact]
    public async Task Every_byte_and_every_connection_is_counted()
    {
        for (var i = 0; i < 3; i++)
        {
            var (client, other) = await ConnectAsync();
            await SayAsync(client, other, 100_000);
            await SayAsync(other, client, 200_000);
            client.Close();
            other.Close();
        }
        await Until.TrueAsync(() => wire.Open == 0);
        Assert.Equal((300_000, 600_000, 3), (wire.BytesUp, wire.BytesDown, wire.Connections));
    }

    [Fact]
    public async Task Cut_resets_every_open_connection_whatever_is_held_and_no_later_one()
    {
        var (client, other) = await ConnectAsync();
        wire.Hold(Direction.Both);
        await client.SendAsync(new byte[1_000], Until.Token);
        Assert.Equal(1, wire.Cut());
        await ResetAsync(client);
        await ResetAsync(other);
        Assert.Equal((0, 0), (wire.BytesUp, wire.Cut()));
        wire.Release();
        (client, other) = await ConnectAsync();
        await SayAsync(client, other, 10);
    }

    [Fact]
    public async Task Hold_keeps_back_one_direction_closes_nothing_and_loses_nothing()
    {
        var (client, other) = await ConnectAsync();
        wire.Hold(); // What comes down.
        await other.SendAsync(new byte[1_000], Until.Token);
        other.Shutdown(SocketShutdown.Send);
        await SayAsync(client, other, 2_000);
        Assert.Equal((2_000, 0, 0, 1), (wire.BytesUp, wire.BytesDown, client.Available, wire.Open));
        wire.Release();
        await ReceiveAsync(client, 1_000);
        Assert.Equal(0, await client.ReceiveAsync(new byte[1], Until.Token));
    }

    [Fact]
    public async Task Delay_holds_everything_back_and_keeps_the_order()
    {
        var (client, other) = await ConnectAsync();
        wire.Delay = TimeSpan.FromMilliseconds(300);
        var sent = Stopwatch.GetTimestamp();
        await client.SendAsync(new byte[] { 1 }, Until.Token);
        Assert.Equal([1], await ReceiveAsync(other, 1));
        Assert.True(Stopwatch.GetElapsedTime(sent) >= wire.Delay);
        await client.SendAsync(new byte[] { 2 }, Until.Token);
        wire.Delay = TimeSpan.Zero; // What is not delayed does not overtake what is.
        await client.SendAsync(new byte[] { 3 }, Until.Token);
        Assert.Equal([2, 3], await ReceiveAsync(other, 2));
    }

    async Task<(Socket Client, Socket Server)> ConnectAsync()
    {
        var client = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await client.ConnectAsync(IPAddress.Loopback, wire.Port, Until.Token);
        return (client, await server.AcceptSocketAsync(Until.Token));
    }

    static async Task ResetAsync(Socket socket)
    {
        var failure = await Assert.ThrowsAsync<SocketException>(
            async () => await socket.ReceiveAsync(new byte[1], Until.Token));
        Assert.Equal(SocketError.ConnectionReset, failure.SocketErrorCode);
    }

    static async Task SayAsync(Socket from, Socket to, int count)
    {
        var said = new byte[count];
        Random.Shared.NextBytes(said);
        var heard = ReceiveAsync(to, count);
        await from.SendAsync(said, Until.Token);
        Assert.Equal(said, await heard);
    }

    static async Task<byte[]> ReceiveAsync(Socket socket, int count)
    {
        var bytes = new byte[count];
        for (var read = 0; read < count;)
        {
            var more = await socket.ReceiveAsync(bytes.AsMemory(read), Until.Token);
            Assert.NotEqual(0, more);
            read += more;
        }
        return bytes;
    }
}
