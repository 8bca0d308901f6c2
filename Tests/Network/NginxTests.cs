using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.WebSockets;
using Classroom;

namespace Tests;

/// <summary>A real nginx in front of the steps whose answers take long, with the lines that README.md gives.</summary>
public sealed class NginxTests
{
    public static TheoryData<string> Held =>
    [
        .. Technique.All.Where(each => each.HasPresence || each.Reading == Reading.LongPoll)
            .Select(each => each.Folder),
    ];

    [NginxTheory, MemberData(nameof(Held))]
    public async Task What_is_said_comes_at_once_through_nginx(string step)
    {
        await using var server = HostedStep.Start(step, ("HeartbeatSeconds", "0.5"));
        await using var nginx = await NginxServer.StartAsync(server.BaseAddress, NginxServer.ReadmeLines());
        using var http = new HttpClient { BaseAddress = nginx.Address };
        foreach (var file in new[] { "/", "/page.js", "/chat.js", "/style.css" })
        {
            using var answer = await http.GetAsync(file);
            Assert.Equal((HttpStatusCode.OK, "nginx"), (answer.StatusCode, $"{answer.Headers.Server}".Split('/')[0]));
        }
        if (Technique.Of(step).HasPresence)
        {
            await using var bob = await KeyedChat.OpenAsync(step, nginx.Address, "Bob");
            await bob.UsersAsync("Bob");
            for (var i = 0; i < 3; i++)
            {
                var said = Stopwatch.GetTimestamp();
                var sent = await KeyedChat.SendAsync(step, nginx.Address, $"Message {i}", $"{i}");
                Assert.Equal([sent], await bob.BatchAsync());
                // What nginx keeps back, it keeps until its buffer of 4 or 8 KB is full.
                Assert.True(Stopwatch.GetElapsedTime(said) < TimeSpan.FromSeconds(5));
            }
            if (Technique.Of(step).SendsByPost)
            {
                await bob.NextAsync("heartbeat");
            }
            // Who closes is gone for the step as well.
            bob.Abort();
        }
        else
        {
            var waiting = http.GetFromJsonAsync<ChatMessage[]>("/messages?after=0");
            await KeyedChat.StatsAsync(server.BaseAddress, "connections", 1);
            var sent = await KeyedChat.SendAsync(step, nginx.Address, "Hello", "0");
            Assert.Equal([sent], (await waiting)!);
            // Who gives up does not wait at the step either.
            using var enough = new CancellationTokenSource();
            var given = http.GetAsync($"/messages?after={sent.Id}", enough.Token);
            await KeyedChat.StatsAsync(server.BaseAddress, "connections", 1);
            await enough.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        }
        await KeyedChat.StatsAsync(server.BaseAddress, "connections", 0);
    }

    /// <summary>
    /// Without those lines nginx speaks HTTP/1.0 to the step, and would keep what comes until its buffer is full: but
    /// an event stream says that it is not to be kept.
    /// </summary>
    [NginxTheory, MemberData(nameof(Steps.WithEventStream), MemberType = typeof(Steps))]
    public async Task An_event_stream_comes_at_once_even_without_the_lines(string step)
    {
        await using var server = HostedStep.Start(step);
        await using var nginx = await NginxServer.StartAsync(server.BaseAddress, "");
        await using var bob = await KeyedChat.OpenAsync(step, nginx.Address, "Bob");
        await bob.UsersAsync("Bob");
        var sent = await KeyedChat.SendAsync(step, nginx.Address, "Hello");
        Assert.Equal([sent], await bob.BatchAsync());
    }

    [NginxFact, Trait("Step", "4")]
    public async Task Through_nginx_a_page_of_its_own_origin_connects_and_another_does_not()
    {
        await using var server = HostedStep.Start(Steps.Folder(4));
        await using var nginx = await NginxServer.StartAsync(server.BaseAddress, NginxServer.ReadmeLines());
        // The reason of an end gets through as well.
        await using (var page = await OpenAsync(nginx, $"http://{nginx.Address.Authority}"))
        {
            await page.SendFrameAsync("{");
            Assert.Equal((1008, "A frame must be JSON."), (await page.ClosedAsync(), page.CloseReason));
        }
        await RefusedAsync("403", OpenAsync(nginx, "http://evil.example"));
        await RefusedAsync("403", OpenAsync(nginx, $"http://{server.BaseAddress.Authority}"));
    }

    /// <summary>Each of the lines is needed.</summary>
    [NginxFact, Trait("Step", "4")]
    public async Task Without_the_lines_of_the_README_a_socket_does_not_get_through()
    {
        await using var server = HostedStep.Start(Steps.Folder(4));
        await using (var bare = await NginxServer.StartAsync(server.BaseAddress, ""))
        {
            await RefusedAsync("400", OpenAsync(bare, $"http://{bare.Address.Authority}"));
        }
        var lines = NginxServer.ReadmeLines();
        var withoutHost = string.Join(
            '\n', lines.Split('\n').Where(line => !line.StartsWith("proxy_set_header Host", StringComparison.Ordinal)));
        Assert.NotEqual(lines, withoutHost);
        await using var nginx = await NginxServer.StartAsync(server.BaseAddress, withoutHost);
        await RefusedAsync("403", OpenAsync(nginx, $"http://{nginx.Address.Authority}"));
    }

    static async Task RefusedAsync(string status, Task<WebSocketConnection> opening)
    {
        var refused = await Assert.ThrowsAsync<WebSocketException>(() => opening);
        Assert.Contains($"'{status}'", refused.Message);
    }

    static Task<WebSocketConnection> OpenAsync(NginxServer nginx, string origin) =>
        WebSocketConnection.OpenAtAsync(new Uri($"ws://{nginx.Address.Authority}/ws?user=Alice"), origin);
}
