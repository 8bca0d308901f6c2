using System.Net;
using System.Text.Json;
using Classroom;

namespace Tests;

/// <summary>
/// The limits in appsettings.json are those of the server: the framework does not read them there by itself.
/// </summary>
public sealed class LimitTests
{
    [StepTheory, MemberData(nameof(Steps.DifferentServers), MemberType = typeof(Steps))]
    public void Ten_thousand_connections_and_16_KB_are_written_down(string step)
    {
        using var settings = JsonDocument.Parse(
            File.ReadAllText(Steps.PathOf(step, "appsettings.json")),
            new() { CommentHandling = JsonCommentHandling.Skip });
        var limits = settings.RootElement.GetProperty("Kestrel").GetProperty("Limits");
        Assert.Equal(
            (10_000, 10_000, 16 * 1024),
            (
                limits.GetProperty("MaxConcurrentConnections").GetInt32(),
                limits.GetProperty("MaxConcurrentUpgradedConnections").GetInt32(),
                limits.GetProperty("MaxRequestBodySize").GetInt32()));
    }

    [StepTheory, MemberData(nameof(Steps.DifferentServers), MemberType = typeof(Steps))]
    public async Task The_limit_of_connections_is_kept(string step)
    {
        await using var server = HostedStep.Start(
            step, ("Kestrel:Limits:MaxConcurrentConnections", "5"), ("Logging:LogLevel:Microsoft", "None"));
        var connections = new List<RawConnection>();
        for (var i = 0; i < 5; i++)
        {
            connections.Add(await RawConnection.OpenAsync(server.Port));
            await connections[i].SendAsync(RawConnection.Get("/stats"));
            Assert.Equal(200, Assert.Single(RawConnection.Statuses(await HeadAsync(connections[i]))));
        }
        // The sixth is closed without an answer.
        using (var sixth = await RawConnection.OpenAsync(server.Port))
        {
            await sixth.SendAsync(RawConnection.Get("/stats"));
            Assert.Empty(await sixth.ReadToEndAsync());
        }
        connections[0].Dispose();
        await Wait.UntilAsync(
            async () =>
            {
                using var another = await RawConnection.OpenAsync(server.Port);
                await another.SendAsync(RawConnection.Get("/stats", "Connection: close\r\n"));
                return RawConnection.Statuses(await another.ReadToEndAsync()) is [200];
            },
            "its place to be free again");
        connections.ForEach(connection => connection.Dispose());
    }

    /// <summary>A WebSocket counts by itself: the page is served still.</summary>
    [Fact, Trait("Step", "4")]
    public async Task The_limit_of_sockets_is_kept()
    {
        await using var server = HostedStep.Start(
            Steps.Folder(4),
            ("Kestrel:Limits:MaxConcurrentUpgradedConnections", "5"),
            ("Logging:LogLevel:Microsoft", "None"));
        var sockets = new List<RawConnection>();
        for (var i = 0; i < 5; i++)
        {
            sockets.Add(await RawConnection.OpenSocketAsync(server.Port, "Alice", 0));
        }
        using var sixth = await RawConnection.OpenAsync(server.Port);
        await sixth.SendAsync(RawConnection.Handshake("/ws?user=Bob"));
        var status = Assert.Single(RawConnection.Statuses(await HeadAsync(sixth)));
        Assert.NotEqual(101, status);
        using var http = new HttpClient { BaseAddress = server.BaseAddress };
        using var page = await http.GetAsync("/");
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        sockets[0].Dispose();
        await KeyedChat.StatsAsync(server.BaseAddress, "connections", 4);
        await Wait.UntilAsync(
            async () =>
            {
                using var another = await RawConnection.OpenAsync(server.Port);
                await another.SendAsync(RawConnection.Handshake("/ws?user=Bob"));
                return RawConnection.Statuses(await HeadAsync(another)) is [101];
            },
            "its place to be free again");
        sockets.ForEach(socket => socket.Dispose());
    }

    static Task<byte[]> HeadAsync(RawConnection connection) =>
        connection.ReadAsync(all => all.IndexOf("\r\n\r\n"u8) is >= 0 and var end ? end + 4 : 0);
}
