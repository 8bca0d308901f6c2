using System.Net.Sockets;

namespace Tests;

/// <summary>A client's and a server's end of one connection through the wire.</summary>
sealed record SocketPair(Socket Client, Socket Server) : IDisposable
{
    public async Task SayAsync(Socket from, Socket to, int bytes)
    {
        var said = new byte[bytes];
        Random.Shared.NextBytes(said);
        var heard = SilentServer.ReceiveAsync(to, bytes);
        await from.SendAsync(said).WaitAsync(Wait.Patience);
        Assert.Equal(said, await heard);
    }

    public void Dispose()
    {
        Client.Dispose();
        Server.Dispose();
    }
}
