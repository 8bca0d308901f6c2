extern alias HttpRefresh;
extern alias LongPolling;
extern alias Sse;
extern alias Webhooks;
extern alias WebSockets;

using System.Net;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text.Json;
using Classroom;

namespace Tests;

/// <summary>
/// Over https a browser speaks HTTP/2: one connection for all tabs, without the limit of six, and a handshake of
/// WebSockets that is no GET.
/// </summary>
public sealed class SecureTests
{
    /// <summary>More than the six connections that a browser has over HTTP/1.1.</summary>
    const int Tabs = 10;

    [Fact, Trait("Step", "1")]
    public async Task Step_01_is_the_same_over_HTTP_2()
    {
        await using var server = SecureServer<HttpRefresh::Program>.Start();
        await ServesThePageAsync(server.Http);
        var sent = new List<ChatMessage>();
        for (var i = 0; i < Tabs; i++)
        {
            sent.Add(await PostAsync(server.Http, $"Message {i}"));
        }
        var answers = await Task.WhenAll(Enumerable.Range(0, Tabs).Select(
            _ => server.Http.GetFromJsonAsync<ChatMessage[]>("/messages?after=0")));
        Assert.All(answers, answer => Assert.Equal(sent, answer!));
        Assert.Equal(1, server.Connections);
    }

    [Fact, Trait("Step", "3")]
    public async Task In_03_ten_tabs_wait_over_one_connection()
    {
        await using var server = SecureServer<LongPolling::Program>.Start();
        await ServesThePageAsync(server.Http);
        var waiting = Enumerable.Range(0, Tabs).Select(
            _ => server.Http.GetFromJsonAsync<ChatMessage[]>("/messages?after=0")).ToArray();
        await StatsAsync(server.Http, Tabs);
        var sent = await PostAsync(server.Http, "Hello");
        foreach (var answer in await Task.WhenAll(waiting))
        {
            Assert.Equal([sent], answer!);
        }
        Assert.Equal(1, server.Connections);
    }

    [Fact, Trait("Step", "5")]
    public Task In_05_ten_tabs_are_streams_of_one_connection() => StreamsAsync<Sse::Program>();

    [Fact, Trait("Step", "6")]
    public Task In_06_ten_tabs_are_streams_of_one_connection() => StreamsAsync<Webhooks::Program>();

    /// <summary>Extended CONNECT (RFC 8441): each socket is a stream of the one connection as well.</summary>
    [Fact, Trait("Step", "4")]
    public async Task In_04_ten_sockets_are_streams_of_one_connection()
    {
        await using var server = SecureServer<WebSockets::Program>.Start();
        await ServesThePageAsync(server.Http);
        var sockets = new List<WebSocketConnection>();
        for (var i = 0; i < Tabs; i++)
        {
            sockets.Add(await OpenAsync(server, $"https://localhost:{server.Address.Port}"));
        }
        await StatsAsync(server.Http, Tabs);
        Assert.Equal(1, server.Connections);
        await sockets[0].SendAsync("Привіт", "a");
        foreach (var socket in sockets)
        {
            Assert.Equal("Привіт", Assert.Single(await socket.BatchAsync()).Text);
        }

        // The reasons for an end arrive here as well.
        await sockets[1].SendFrameAsync("{");
        Assert.Equal((1008, "A frame must be JSON."), (await sockets[1].ClosedAsync(), sockets[1].CloseReason));
        await sockets[2].SendFrameAsync(new byte[1], WebSocketMessageType.Binary);
        Assert.Equal(1003, await sockets[2].ClosedAsync());
        await sockets[3].SendFrameAsync(new string(' ', 5000));
        Assert.Equal(1009, await sockets[3].ClosedAsync());
        await StatsAsync(server.Http, Tabs - 3);
        sockets[4].Abort();
        await StatsAsync(server.Http, Tabs - 4);
        foreach (var socket in sockets)
        {
            await socket.DisposeAsync();
        }
    }

    [Fact, Trait("Step", "4")]
    public async Task In_04_a_page_of_another_origin_can_not_connect_over_HTTP_2_either()
    {
        await using var server = SecureServer<WebSockets::Program>.Start();
        foreach (var origin in new[] { "https://evil.example", $"https://localhost:{server.Address.Port - 1}", "null" })
        {
            var refused = await Assert.ThrowsAsync<WebSocketException>(() => OpenAsync(server, origin));
            Assert.Contains("403", refused.Message);
        }
    }

    static async Task StreamsAsync<TProgram>()
        where TProgram : class
    {
        await using var server = SecureServer<TProgram>.Start(("HeartbeatSeconds", "0.2"));
        await ServesThePageAsync(server.Http);
        string[] students = [.. Enumerable.Range(0, Tabs).Select(i => $"Student{i}")];
        var tabs = new List<EventStreamConnection>();
        foreach (var student in students)
        {
            var address = new Uri(server.Address, $"/events?user={student}");
            tabs.Add(await EventStreamConnection.OpenAtAsync(server.Http, address));
            Assert.Equal(HttpVersion.Version20, tabs[^1].Response.Version);
        }
        await StatsAsync(server.Http, Tabs);
        await Task.WhenAll(tabs.Select(tab => tab.UsersAsync(students)));
        var sent = await PostAsync(server.Http, "Hello");
        foreach (var tab in tabs)
        {
            Assert.Equal([sent], await tab.BatchAsync());
            Assert.Equal($"{sent.Id}", tab.Event.EventId);
            await tab.NextAsync("heartbeat");
        }
        Assert.Equal(1, server.Connections);
        tabs.ForEach(tab => tab.Abort()); // A closed tab: it resets its stream, and no connection.
        await StatsAsync(server.Http, 0);
        Assert.Equal(1, server.Connections);
    }

    static async Task ServesThePageAsync(HttpClient http)
    {
        foreach (var file in new[] { "/", "/page.js", "/chat.js", "/style.css" })
        {
            using var answer = await http.GetAsync(file);
            Assert.Equal((HttpStatusCode.OK, HttpVersion.Version20), (answer.StatusCode, answer.Version));
        }
    }

    static async Task<ChatMessage> PostAsync(HttpClient http, string text)
    {
        using var answer = await http.PostAsJsonAsync("/messages", new { user = "Alice", text, key = text });
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<ChatMessage>())!;
    }

    static Task StatsAsync(HttpClient http, int connections) => Wait.UntilAsync(
        async () => (await http.GetFromJsonAsync<JsonElement>("/stats")).GetProperty("connections").GetInt32()
            == connections,
        $"{connections} connections");

    static Task<WebSocketConnection> OpenAsync(SecureServer<WebSockets::Program> server, string origin) =>
        WebSocketConnection.OpenAtAsync(
            new Uri($"wss://localhost:{server.Address.Port}/ws?user=Alice"), origin, server.Http);
}
