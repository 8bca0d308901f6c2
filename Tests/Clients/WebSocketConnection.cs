using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Tests;

/// <summary>A WebSocket to 04.</summary>
public sealed class WebSocketConnection : Connection
{
    readonly ClientWebSocket socket = new();

    WebSocketConnection()
    {
    }

    /// <summary>The status that the server closed with; null before.</summary>
    public int? CloseStatus => (int?)socket.CloseStatus;

    /// <summary>Why it closed, in words.</summary>
    public string? CloseReason => socket.CloseStatusDescription;

    public static Task<WebSocketConnection> OpenAsync(Uri server, string user, long after = 0) =>
        OpenAtAsync(new($"ws://{server.Authority}/ws?user={Uri.EscapeDataString(user)}&after={after}"), origin: null);

    /// <summary>As a page of that origin does.</summary>
    /// <param name="address">ws:// or wss://</param>
    /// <param name="origin">Where the page is from; null for who is no browser.</param>
    /// <param name="http">What speaks HTTP/2 to the server; null for HTTP/1.1.</param>
    public static async Task<WebSocketConnection> OpenAtAsync(Uri address, string? origin, HttpClient? http = null)
    {
        var connection = new WebSocketConnection();
        var options = connection.socket.Options;
        options.SetRequestHeader("Origin", origin);
        if (http is not null)
        {
            options.HttpVersion = HttpVersion.Version20;
            options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        }
        using var patience = new CancellationTokenSource(Wait.Patience);
        await connection.socket.ConnectAsync(address, http, patience.Token);
        return connection;
    }

    public Task SendAsync(string text, string? key = null) =>
        SendFrameAsync(JsonSerializer.Serialize(new { type = "message", text, key }));

    public Task SendFrameAsync(string frame) => SendFrameAsync(Encoding.UTF8.GetBytes(frame));

    public async Task SendFrameAsync(
        byte[] frame, WebSocketMessageType type = WebSocketMessageType.Text, bool end = true)
    {
        using var patience = new CancellationTokenSource(Wait.Patience);
        await socket.SendAsync(frame, type, end, patience.Token);
    }

    /// <summary>The next frame as it was sent, whole; null when the server closes.</summary>
    public async Task<string?> NextFrameAsync()
    {
        using var patience = new CancellationTokenSource(Wait.Patience);
        var buffer = new byte[4096];
        using var frame = new MemoryStream();
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer, patience.Token);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                if (socket.State == WebSocketState.CloseReceived)
                {
                    await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, patience.Token);
                }
                return null;
            }
            Assert.Equal(WebSocketMessageType.Text, part.MessageType);
            frame.Write(buffer, 0, part.Count);
            if (part.EndOfMessage)
            {
                return Encoding.UTF8.GetString(frame.ToArray());
            }
        }
    }

    public override async Task<(string Type, JsonElement Value)?> NextAsync()
    {
        if (await NextFrameAsync() is not { } text)
        {
            return null;
        }
        var frame = JsonSerializer.Deserialize<JsonElement>(text);
        var type = frame.GetProperty("type").GetString()!;
        Assert.Equal(["type", type], frame.EnumerateObject().Select(property => property.Name));
        return (type, frame.GetProperty(type));
    }

    /// <summary>Reads on until the server closes.</summary>
    /// <returns>The status that it closed with.</returns>
    public async Task<int?> ClosedAsync()
    {
        while (await NextFrameAsync() is not null)
        {
            // Not asked for.
        }
        return CloseStatus;
    }

    /// <summary>Says goodbye, as a browser does whose tab is closed.</summary>
    public async Task<int?> CloseAsync(WebSocketCloseStatus status)
    {
        using var patience = new CancellationTokenSource(Wait.Patience);
        await socket.CloseOutputAsync(status, null, patience.Token);
        return await ClosedAsync();
    }

    public override void Abort() => socket.Abort();

    public override ValueTask DisposeAsync()
    {
        socket.Dispose();
        return ValueTask.CompletedTask;
    }
}
