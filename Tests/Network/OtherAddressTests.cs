extern alias WebSockets;

using System.Net;
using Classroom;

namespace Tests;

/// <summary>By which addresses a step can be reached: IPv6, and, if it is asked to, those of its network.</summary>
public sealed class OtherAddressTests
{
    [Ipv6StepTheory, MemberData(nameof(Steps.DifferentServers), MemberType = typeof(Steps))]
    public async Task Over_IPv6_a_step_is_the_same(string step)
    {
        await using var server = HostedStep.Start(step, ("urls", "http://[::1]:0"));
        await WorksAsync(step, new($"http://[::1]:{server.Port}"));
    }

    [Ipv6Fact, Trait("Step", "4")]
    public async Task Over_IPv6_the_origin_is_compared_as_well()
    {
        await using var server = new StepServer<WebSockets::Program>(("urls", "http://[::1]:0"));
        var port = server.Address.Port;
        (string Origin, HttpStatusCode Status)[] origins =
        [
            ($"http://[::1]:{port}", HttpStatusCode.SwitchingProtocols),
            ($"http://[::1]:{port + 1}", HttpStatusCode.Forbidden),
            ($"http://[::2]:{port}", HttpStatusCode.Forbidden),
            ($"http://localhost:{port}", HttpStatusCode.Forbidden),
        ];
        foreach (var (origin, status) in origins)
        {
            Assert.Equal((origin, status), (origin, await HandshakeAsync(new($"http://[::1]:{port}"), origin)));
        }
    }

    /// <summary>As students join: from another machine, which here is another address of this one.</summary>
    [LinuxStepTheory, MemberData(nameof(Steps.DifferentServers), MemberType = typeof(Steps))]
    public async Task With_all_addresses_and_hosts_allowed_others_can_join(string step)
    {
        await using var server = HostedStep.Start(step, ("urls", "http://0.0.0.0:0"), ("AllowedHosts", "*"));
        var port = server.Port;
        var address = new Uri($"http://127.0.0.2:{port}");
        await WorksAsync(step, address);
        if (!Technique.Of(step).SendsByPost)
        {
            Assert.Equal(
                HttpStatusCode.SwitchingProtocols, await HandshakeAsync(address, $"http://127.0.0.2:{port}"));
            Assert.Equal(HttpStatusCode.Forbidden, await HandshakeAsync(address, $"http://127.0.0.1:{port}"));
        }
    }

    /// <summary>A page of a stranger whose name leads to this machine must not get through (DNS rebinding).</summary>
    [LinuxStepTheory, MemberData(nameof(Steps.DifferentServers), MemberType = typeof(Steps))]
    public async Task With_all_addresses_alone_other_hosts_are_refused(string step)
    {
        await using var server = HostedStep.Start(step, ("urls", "http://0.0.0.0:0"));
        var port = server.Port;
        using var http = new HttpClient();
        foreach (var path in new[] { "", "stats", "messages?after=0", "events?user=Bob", "ws?user=Bob" })
        {
            using var refused = await http.GetAsync($"http://127.0.0.2:{port}/{path}");
            Assert.Equal((path, HttpStatusCode.BadRequest), (path, refused.StatusCode));
        }
        using var answer = await http.GetAsync($"http://127.0.0.1:{port}/");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    static async Task WorksAsync(string step, Uri address)
    {
        using var http = new HttpClient { BaseAddress = address };
        Assert.Contains("chat.js", await http.GetStringAsync("/"));
        var sent = await KeyedChat.SendAsync(step, address, "Hello", "a");
        Assert.Equal("a", sent.Key);
        Assert.Equal([sent], await KeyedChat.AfterAsync(step, address));
    }

    static async Task<HttpStatusCode> HandshakeAsync(Uri server, string origin)
    {
        using var http = new HttpClient();
        using var answer = await Handshake.SendAsync(http, new Uri(server, "/ws?user=Bob"), origin);
        return answer.StatusCode;
    }
}
