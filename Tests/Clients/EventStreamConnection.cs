using System.Net.ServerSentEvents;
using System.Text.Json;

namespace Tests;

/// <summary>An event stream from 05 or 06.</summary>
public sealed class EventStreamConnection : Connection
{
    // Without draining, to dispose of the stream closes the connection at once.
    static readonly HttpClient shared = new(
        new SocketsHttpHandler { MaxResponseDrainSize = 0, ResponseDrainTimeout = TimeSpan.Zero });

    readonly Stream stream;
    readonly IAsyncEnumerator<SseItem<string>> events;

    EventStreamConnection(HttpResponseMessage response, Stream stream)
    {
        Response = response;
        this.stream = stream;
        events = SseParser.Create(stream).EnumerateAsync().GetAsyncEnumerator();
    }

    /// <summary>The status and headers that the stream began with.</summary>
    public HttpResponseMessage Response { get; }

    /// <summary>The event that came last.</summary>
    public SseItem<string> Event => events.Current;

    public static Task<EventStreamConnection> OpenAsync(Uri server, string user, long after = 0) =>
        OpenAtAsync(server, $"/events?user={Uri.EscapeDataString(user)}&after={after}");

    public static Task<EventStreamConnection> OpenAtAsync(
        Uri server, string address, params (string Name, string Value)[] headers) =>
        OpenAtAsync(shared, new Uri(server, address), headers);

    /// <summary>By a client of one's own: for HTTP/2.</summary>
    public static async Task<EventStreamConnection> OpenAtAsync(
        HttpClient http, Uri address, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address)
        {
            Version = http.DefaultRequestVersion,
            VersionPolicy = http.DefaultVersionPolicy,
        };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }
        var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).WaitAsync(Wait.Patience);
        response.EnsureSuccessStatusCode();
        return new(response, await response.Content.ReadAsStreamAsync());
    }

    public override async Task<(string Type, JsonElement Value)?> NextAsync() =>
        await events.MoveNextAsync().AsTask().WaitAsync(Wait.Patience)
            ? (Event.EventType, JsonSerializer.Deserialize<JsonElement>(Event.Data))
            : null;

    public override void Abort() => stream.Dispose();

    public override ValueTask DisposeAsync()
    {
        stream.Dispose();
        Response.Dispose();
        return ValueTask.CompletedTask;
    }
}
