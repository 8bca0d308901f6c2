using System.Diagnostics;
using System.Net;
using System.Net.ServerSentEvents;
using System.Net.Sockets;
using System.Net.WebSockets;
using Classroom;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Tests;

/// <summary>The wire: counts to the byte, breaks as told, leaves nothing open.</summary>
public sealed class WireTests : IAsyncLifetime
{
    readonly SilentServer server = new();
    Wire wire = null!;

    public async Task InitializeAsync() => wire = await Wire.StartAsync(server.EndPoint);

    public async Task DisposeAsync()
    {
        await wire.DisposeAsync();
        server.Dispose();
    }

    // Counting: what the client's own socket has sent and received is the known traffic.

    [Fact]
    public Task Http_keep_alive_is_counted_to_the_byte() => CountedAsync(222_222, async (handler, wire) =>
    {
        using var http = new HttpClient(handler) { BaseAddress = wire.Address };
        for (var size = 1; size <= 100_000; size *= 10)
        {
            var answer = await http.PostAsync("/echo", new StringContent(new string('ж', size)));
            Assert.Equal(new string('ж', size), await answer.Content.ReadAsStringAsync());
        }
        Assert.Equal(1, wire.Accepted);
        Assert.Equal(1, wire.Open);
    });

    [Fact]
    public Task A_websocket_is_counted_to_the_byte() => CountedAsync(111_111, async (handler, wire) =>
    {
        using var invoker = new HttpMessageInvoker(handler);
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new UriBuilder(wire.Address) { Scheme = "ws", Path = "/ws" }.Uri, invoker, default);
        var buffer = new byte[100_000];
        for (var size = 1; size <= buffer.Length; size *= 10)
        {
            await socket.SendAsync(new byte[size], WebSocketMessageType.Binary, true, default);
            for (var read = 0; read < size;)
            {
                read += (await socket.ReceiveAsync(buffer, default)).Count;
            }
        }
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default);
    });

    [Fact]
    public Task An_event_stream_is_counted_to_the_byte() => CountedAsync(0, async (handler, wire) =>
    {
        using var http = new HttpClient(handler) { BaseAddress = wire.Address };
        await using var stream = await http.GetStreamAsync("/events");
        var events = 0;
        await foreach (var item in SseParser.Create(stream).EnumerateAsync())
        {
            Assert.Equal($"event {events++}", item.Data);
        }
        Assert.Equal(10, events);
    });

    /// <param name="least">More bytes than that go up, and as many down.</param>
    /// <param name="sayAsync">What is said, by a client of its own, which it ends.</param>
    static async Task CountedAsync(int least, Func<HttpMessageHandler, Wire, Task> sayAsync)
    {
        await using var site = await SiteAsync();
        await using var wire = await Wire.StartAsync(site.Address);
        var counted = new CountingHandler();
        await sayAsync(counted.Handler, wire);
        Assert.Equal((counted.Sent, counted.Received), (wire.BytesUp, wire.BytesDown));
        Assert.True(wire.BytesUp > least && wire.BytesDown > least);
    }

    [Fact]
    public async Task Every_connection_is_counted()
    {
        var pairs = new List<SocketPair>();
        for (var i = 0; i < 5; i++)
        {
            pairs.Add(await server.ConnectAsync(wire));
        }
        Assert.Equal((5, 5), (wire.Accepted, wire.Open));
        foreach (var pair in pairs)
        {
            await pair.SayAsync(pair.Client, pair.Server, 10);
            await pair.SayAsync(pair.Server, pair.Client, 100);
            pair.Client.Close();
            pair.Server.Close();
        }
        await NothingOpenAsync(wire);
        Assert.Equal((50, 500, 5), (wire.BytesUp, wire.BytesDown, wire.Accepted));
    }

    // Half-closed connections.

    [Theory, InlineData(true), InlineData(false)]
    public async Task The_end_of_one_direction_leaves_the_other_open(bool clientEnds)
    {
        using var pair = await server.ConnectAsync(wire);
        var (ends, goesOn) = clientEnds ? (pair.Client, pair.Server) : (pair.Server, pair.Client);
        await pair.SayAsync(ends, goesOn, 1_000);
        ends.Shutdown(SocketShutdown.Send);
        Assert.Equal(0, await goesOn.ReceiveAsync(new byte[1]).WaitAsync(Wait.Patience));
        await pair.SayAsync(goesOn, ends, 1_000_000);
        Assert.Equal(1, wire.Open);
        goesOn.Shutdown(SocketShutdown.Send);
        Assert.Equal(0, await ends.ReceiveAsync(new byte[1]).WaitAsync(Wait.Patience));
        await NothingOpenAsync(wire);
    }

    [Fact]
    public async Task A_reset_on_one_side_is_a_reset_on_the_other()
    {
        using var first = await server.ConnectAsync(wire);
        first.Client.Close(0);
        await ResetAsync(first.Server);
        using var second = await server.ConnectAsync(wire);
        second.Server.Close(0);
        await ResetAsync(second.Client);
        await NothingOpenAsync(wire);
    }

    [Fact]
    public async Task While_the_server_is_down_clients_are_reset()
    {
        server.Dispose();
        var failure = await Assert.ThrowsAsync<SocketException>(async () =>
        {
            using var client = await SilentServer.ConnectAsync(wire.Port); // This may see the reset already.
            await client.ReceiveAsync(new byte[1]).WaitAsync(Wait.Patience);
        });
        Assert.Equal(SocketError.ConnectionReset, failure.SocketErrorCode);
        await NothingOpenAsync(wire);
    }

    // The faults.

    [Fact]
    public async Task Cut_resets_every_open_connection_and_no_later_one()
    {
        Assert.Equal(0, wire.Cut());
        using var first = await server.ConnectAsync(wire);
        using var second = await server.ConnectAsync(wire);
        Assert.Equal(2, wire.Cut());
        Assert.Equal(0, wire.Open);
        foreach (var end in new[] { first.Client, first.Server, second.Client, second.Server })
        {
            await ResetAsync(end);
        }
        using var third = await server.ConnectAsync(wire);
        await third.SayAsync(third.Client, third.Server, 10);
        Assert.Equal(1, wire.Open);
    }

    [Fact]
    public async Task Refuse_refuses_new_connections_and_leaves_open_ones()
    {
        using var before = await server.ConnectAsync(wire);
        wire.Refuse(true);
        Assert.True(wire.Refusing);
        await RefusedAsync(wire);
        await before.SayAsync(before.Client, before.Server, 10);
        wire.Refuse(false);
        using var after = await server.ConnectAsync(wire);
        await after.SayAsync(after.Server, after.Client, 10);

        var refusing = wire.Refuse(TimeSpan.FromSeconds(1));
        await RefusedAsync(wire);
        await refusing;
        Assert.False(wire.Refusing);
        using var last = await server.ConnectAsync(wire);
    }

    [Fact]
    public async Task A_later_refuse_or_freeze_takes_the_place_of_an_earlier_one()
    {
        var shortRefusal = wire.Refuse(TimeSpan.FromMilliseconds(50));
        var longRefusal = wire.Refuse(TimeSpan.FromSeconds(2));
        var shortFreeze = wire.Freeze(TimeSpan.FromMilliseconds(50));
        wire.Freeze(true);
        await Task.WhenAll(shortRefusal, shortFreeze);
        Assert.True(wire.Refusing);
        Assert.True(wire.Frozen);
        await longRefusal;
        Assert.False(wire.Refusing);
        wire.Freeze(false);
        Assert.False(wire.Frozen);
    }

    [Fact]
    public async Task Delay_holds_everything_back_and_keeps_the_order()
    {
        using var pair = await server.ConnectAsync(wire);
        await pair.SayAsync(pair.Client, pair.Server, 1);
        foreach (var (from, to) in new[] { (pair.Client, pair.Server), (pair.Server, pair.Client) })
        {
            wire.Delay = TimeSpan.FromMilliseconds(300);
            var sent = Stopwatch.GetTimestamp();
            await from.SendAsync(new byte[] { 1 });
            await Task.Delay(100);
            await from.SendAsync(new byte[] { 2 });
            Assert.Equal([1], await SilentServer.ReceiveAsync(to, 1));
            Assert.True(Stopwatch.GetElapsedTime(sent) >= TimeSpan.FromMilliseconds(300));
            // The second byte is still on its way, and what is not delayed does not overtake it.
            wire.Delay = TimeSpan.Zero;
            for (byte i = 3; i < 100; i++)
            {
                await from.SendAsync(new[] { i });
            }
            Assert.Equal(Enumerable.Range(2, 98).Select(i => (byte)i), await SilentServer.ReceiveAsync(to, 98));
        }
        // An end of stream is late as well, and comes after what was sent before it.
        wire.Delay = TimeSpan.FromMilliseconds(100);
        await pair.Client.SendAsync(new byte[1_000]);
        pair.Client.Shutdown(SocketShutdown.Send);
        await SilentServer.ReceiveAsync(pair.Server, 1_000);
        Assert.Equal(0, await pair.Server.ReceiveAsync(new byte[1]).WaitAsync(Wait.Patience));
        // So is a reset.
        await pair.Server.SendAsync(new byte[1_000]);
        pair.Server.Close(0);
        await SilentServer.ReceiveAsync(pair.Client, 1_000);
        await ResetAsync(pair.Client);
        Assert.Throws<ArgumentOutOfRangeException>(() => wire.Delay = TimeSpan.FromSeconds(-1));
    }

    [Fact]
    public async Task Delay_keeps_little_in_memory()
    {
        using var pair = await server.ConnectAsync(wire);
        wire.Delay = TimeSpan.FromMinutes(1);
        using var enough = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        var sent = 0L;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            while (true)
            {
                sent += await pair.Client.SendAsync(new byte[64 * 1024], enough.Token);
            }
        });
        // The 256 KB of the wire and the buffers of the system's two sockets.
        Assert.InRange(sent, 256 * 1024, 16 * 1024 * 1024);
    }

    [Fact]
    public async Task Freeze_holds_every_byte_closes_nothing_and_loses_nothing()
    {
        using var pair = await server.ConnectAsync(wire);
        using var leaver = await server.ConnectAsync(wire);
        wire.Freeze(true);
        Assert.True(wire.Frozen);
        await pair.Client.SendAsync(new byte[1_000]);
        await pair.Server.SendAsync(new byte[2_000]);
        leaver.Client.Close(0);
        using var newcomer = await SilentServer.ConnectAsync(wire.Port);
        await newcomer.SendAsync(new byte[3_000]);

        var received = new[] { pair.Client, pair.Server, leaver.Server }.Select(end => end.ReceiveAsync(new byte[1]))
            .ToArray();
        var accepted = server.AcceptAsync();
        var early = Task.WhenAny([.. received, accepted]);
        var pause = Task.Delay(300);
        Assert.Same(pause, await Task.WhenAny(early, pause));
        Assert.Equal((0, 0), (wire.BytesUp, wire.BytesDown));
        Assert.Equal(3, wire.Open);

        wire.Freeze(false);
        await Task.WhenAll(received[0], received[1]).WaitAsync(Wait.Patience);
        await SilentServer.ReceiveAsync(pair.Server, 999);
        await SilentServer.ReceiveAsync(pair.Client, 1_999);
        await Assert.ThrowsAsync<SocketException>(() => received[2].WaitAsync(Wait.Patience));
        using var welcomed = await accepted.WaitAsync(Wait.Patience);
        await SilentServer.ReceiveAsync(welcomed, 3_000);
        Assert.Equal((4_000, 2_000), (wire.BytesUp, wire.BytesDown));

        await wire.Freeze(TimeSpan.FromMilliseconds(100));
        await pair.SayAsync(pair.Client, pair.Server, 10);
    }

    [Fact]
    public async Task Cut_reaches_connections_that_are_frozen_or_delayed()
    {
        using var delayed = await server.ConnectAsync(wire);
        wire.Delay = TimeSpan.FromMinutes(1);
        await delayed.Client.SendAsync(new byte[1_000]);
        using var frozen = await server.ConnectAsync(wire);
        wire.Freeze(true);
        await frozen.Server.SendAsync(new byte[1_000]);
        using var newcomer = await SilentServer.ConnectAsync(wire.Port);
        await OpenAsync(wire, 3);
        Assert.Equal(3, wire.Cut());
        foreach (var end in new[] { delayed.Client, delayed.Server, frozen.Client, frozen.Server, newcomer })
        {
            await ResetAsync(end);
        }
        Assert.Equal(0, wire.BytesUp + wire.BytesDown);
    }

    [Fact]
    public async Task Nothing_is_left_open_after_disposal()
    {
        using var busy = await server.ConnectAsync(wire);
        using var halfClosed = await server.ConnectAsync(wire);
        halfClosed.Client.Shutdown(SocketShutdown.Send);
        Assert.Equal(0, await halfClosed.Server.ReceiveAsync(new byte[1]).WaitAsync(Wait.Patience));
        wire.Delay = TimeSpan.FromMinutes(1);
        await busy.Client.SendAsync(new byte[1_000]);
        wire.Freeze(true);
        var refusing = wire.Refuse(TimeSpan.FromMilliseconds(200));

        await wire.DisposeAsync();
        await wire.DisposeAsync();
        Assert.Equal(0, wire.Open);
        foreach (var end in new[] { busy.Client, busy.Server, halfClosed.Client })
        {
            await ResetAsync(end);
        }
        await refusing;
        await RefusedAsync(wire);
        using var next = new TcpListener(IPAddress.Loopback, wire.Port);
        next.Start();
    }

    [Fact]
    public async Task A_taken_port_is_an_error_and_port_0_finds_a_free_one()
    {
        await Assert.ThrowsAsync<SocketException>(() => Wire.StartAsync(server.EndPoint, wire.Port));
        await using var second = await Wire.StartAsync(server.EndPoint);
        Assert.NotEqual(wire.Port, second.Port);
    }

    [Fact]
    public async Task Many_connections_through_all_faults_leave_nothing_behind()
    {
        await using var site = await SiteAsync();
        await using var siteWire = await Wire.StartAsync(site.Address);
        using var stop = new CancellationTokenSource();
        var answers = 0;
        var clients = Enumerable.Range(0, 20).Select(async _ =>
        {
            using var http = new HttpClient { BaseAddress = siteWire.Address };
            while (!stop.IsCancellationRequested)
            {
                try
                {
                    var answer = await http.PostAsync("/echo", new StringContent(new string('x', 20_000)));
                    Assert.Equal(20_000, (await answer.Content.ReadAsStringAsync()).Length);
                    Interlocked.Increment(ref answers);
                }
                catch (Exception failure) when (failure is HttpRequestException or SocketException)
                {
                    await Task.Yield(); // The latter if it is cut while it connects.
                }
            }
        }).ToArray();
        for (var i = 0; i < 10; i++)
        {
            await Task.WhenAll(
                siteWire.Freeze(TimeSpan.FromMilliseconds(Random.Shared.Next(20))),
                siteWire.Refuse(TimeSpan.FromMilliseconds(Random.Shared.Next(20))));
            siteWire.Delay = TimeSpan.FromMilliseconds(Random.Shared.Next(5));
            siteWire.Cut();
            var before = answers;
            await Wait.UntilAsync(() => answers > before, "an answer after the faults");
        }
        siteWire.Delay = TimeSpan.Zero;
        await stop.CancelAsync();
        await Task.WhenAll(clients).WaitAsync(Wait.Patience);
        await NothingOpenAsync(siteWire);
    }

    static async Task ResetAsync(Socket socket)
    {
        var failure = await Assert.ThrowsAsync<SocketException>(
            () => socket.ReceiveAsync(new byte[1]).WaitAsync(Wait.Patience));
        Assert.Equal(SocketError.ConnectionReset, failure.SocketErrorCode);
    }

    static async Task RefusedAsync(Wire wire)
    {
        var failure = await Assert.ThrowsAsync<SocketException>(() => SilentServer.ConnectAsync(wire.Port));
        Assert.Equal(SocketError.ConnectionRefused, failure.SocketErrorCode);
    }

    static Task NothingOpenAsync(Wire wire) => OpenAsync(wire, 0);

    /// <summary>The wire notices an end of a connection a moment after the ends themselves do.</summary>
    static Task OpenAsync(Wire wire, int count) =>
        Wait.UntilAsync(
            () => Task.FromResult(wire.Open == count), () => $"{count} open connections; there are {wire.Open}");

    static Task<StubServer> SiteAsync() => StubServer.StartAsync(site =>
    {
        site.UseWebSockets();
        site.MapPost("/echo", async (HttpRequest request) => await new StreamReader(request.Body).ReadToEndAsync());
        site.MapGet("/events", () =>
            TypedResults.ServerSentEvents(Enumerable.Range(0, 10).ToAsyncEnumerable().Select(i => $"event {i}")));
        site.Map("/ws", EchoAsync);
    });

    static async Task EchoAsync(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var buffer = new byte[1_000];
        var part = await socket.ReceiveAsync(buffer, context.RequestAborted);
        while (part.MessageType != WebSocketMessageType.Close)
        {
            var same = buffer.AsMemory(0, part.Count);
            await socket.SendAsync(same, part.MessageType, part.EndOfMessage, context.RequestAborted);
            part = await socket.ReceiveAsync(buffer, context.RequestAborted);
        }
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, context.RequestAborted);
    }
}
