using System.Net.ServerSentEvents;
using System.Text.Json;

namespace Tests;

/// <summary>An event stream from 05 or 06.</summary>
public sealed class EventStreamConnection : Connection
{
    readonly HttpClient http;
    readonly HttpResponseMessage response;
    readonly Stream stream;
    readonly IAsyncEnumerator<SseItem<string>> events;

    EventStreamConnection(HttpClient http, HttpResponseMessage response, Stream stream)
    {
        this.http = http;
        this.response = response;
        this.stream = stream;
        events = SseParser.Create(stream).EnumerateAsync().GetAsyncEnumerator();
    }

    /// <summary>The status and headers that the stream began with.</summary>
    public HttpResponseMessage Response => response;

    /// <summary>The event that came last.</summary>
    public SseItem<string> Event => events.Current;

    public static Task<EventStreamConnection> OpenAsync(Uri server, string user, long after = 0) =>
        OpenAtAsync(server, $"/events?user={Uri.EscapeDataString(user)}&after={after}");

    public static async Task<EventStreamConnection> OpenAtAsync(
        Uri server, string address, params (string Name, string Value)[] headers)
    {
        // Without draining, to dispose of the stream closes the connection at once.
        var http = new HttpClient(
            new SocketsHttpHandler
            {
                MaxResponseDrainSize = 0,
                ResponseDrainTimeout = TimeSpan.Zero,
            })
        { BaseAddress = server };
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }
        var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).WaitAsync(Wait.Patience);
        response.EnsureSuccessStatusCode();
        return new(http, response, await response.Content.ReadAsStreamAsync());
    }

    public override async Task<(string Type, JsonElement Value)?> NextAsync() =>
        await events.MoveNextAsync().AsTask().WaitAsync(Wait.Patience)
            ? (Event.EventType, JsonSerializer.Deserialize<JsonElement>(Event.Data))
            : null;

    public override void Abort() => stream.Dispose();

    public override ValueTask DisposeAsync()
    {
        stream.Dispose();
        response.Dispose();
        http.Dispose();
        return ValueTask.CompletedTask;
    }
}
