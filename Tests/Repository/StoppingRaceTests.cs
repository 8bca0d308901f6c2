extern alias Sse;
extern alias Webhooks;
extern alias WebSockets;

using System.Buffers.Binary;
using System.Net.Http.Json;
using System.Text;

namespace Tests;

/// <summary>
/// A server stops while messages wake its clients all the time: who begins to wait again in that very moment must not
/// be overlooked. A race shows itself only now and then, so it is run again and again.
/// </summary>
public sealed class StoppingRaceTests
{
    const int Rounds = 10;
    const int Clients = 40;

    [Fact, Trait("Step", "4")]
    public async Task In_04_each_socket_is_closed_with_1001()
    {
        for (var round = 0; round < Rounds; round++)
        {
            await using var server = new StepServer<WebSockets::Program>();
            var sockets = await Task.WhenAll(Enumerable.Range(0, Clients).Select(
                i => RawConnection.OpenSocketAsync(server.Address.Port, $"Student{i}", 0)));
            var closes = Task.WhenAll(sockets.Select(socket => Task.Run(() => socket.ReadFrameAsync(8))));
            await KeyedChat.StatsAsync(server.Address, "connections", Clients);
            var message = RawConnection.Frame(1, """{"type":"message","text":"Hello"}"""u8);
            var saying = SayAsync(() => sockets[0].SendAsync(message));
            await server.DisposeAsync();
            Assert.All(await closes, close => Assert.Equal(1001, BinaryPrimitives.ReadUInt16BigEndian(close)));
            await saying;
            foreach (var socket in sockets)
            {
                socket.Dispose();
            }
        }
    }

    [Fact, Trait("Step", "5")]
    public Task In_05_each_stream_ends_properly() => EndsProperlyAsync<Sse::Program>();

    [Fact, Trait("Step", "6")]
    public Task In_06_each_stream_ends_properly() => EndsProperlyAsync<Webhooks::Program>();

    static async Task EndsProperlyAsync<TProgram>()
        where TProgram : class
    {
        for (var round = 0; round < Rounds; round++)
        {
            await using var server = new StepServer<TProgram>();
            var streams = await Task.WhenAll(Enumerable.Range(0, Clients).Select(async i =>
            {
                var connection = await RawConnection.OpenAsync(server.Address.Port);
                await connection.SendAsync(RawConnection.Get($"/events?user=Student{i}"));
                return connection;
            }));
            var ends = Task.WhenAll(streams.Select(stream => Task.Run(stream.ReadToEndAsync)));
            await KeyedChat.StatsAsync(server.Address, "connections", Clients);
            var saying = SayAsync(async () =>
            {
                var message = new { user = "Alice", text = "Hello" };
                using var answer = await server.Http.PostAsJsonAsync("/messages", message);
                return answer.IsSuccessStatusCode;
            });
            await server.DisposeAsync();
            // The last chunk of an answer has the length 0: it was not cut off.
            Assert.All(await ends, all => Assert.EndsWith("\r\n0\r\n\r\n", Encoding.UTF8.GetString(all)));
            await saying;
            foreach (var stream in streams)
            {
                stream.Dispose();
            }
        }
    }

    // One message after the other, until the server is gone.
    static async Task SayAsync(Func<Task<bool>> sayAsync)
    {
        try
        {
            while (await sayAsync())
            {
                await Task.Delay(1); // More than that the clients here cannot read.
            }
        }
        catch (Exception failure) when (
            failure is HttpRequestException or ObjectDisposedException or OperationCanceledException)
        {
        }
    }
}
