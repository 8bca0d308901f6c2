using System.Net.WebSockets;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Classroom;

/// <summary>
/// Sends and reads on a WebSocket: 04. A frame has no answer: a message is stored when it comes back with its key.
/// </summary>
public sealed class SocketClient(Uri server, string user) : ChatClient(server, user)
{
    readonly Lock gate = new();
    readonly SemaphoreSlim writing = new(1); // A socket takes one sender at a time.
    ClientWebSocket? reading;

    /// <summary>Those that wait for their own message, by its key.</summary>
    readonly Dictionary<string, TaskCompletionSource<ChatMessage>> pending = [];

    public override async IAsyncEnumerable<ChatEvent> ReadAsync(
        long after, [EnumeratorCancellation] CancellationToken stop)
    {
        using var socket = await ConnectAsync(after, stop);
        reading = socket;
        try
        {
            yield return new("open", []);
            while (await ReceiveAsync(socket, stop) is { } one)
            {
                foreach (var message in one.ReadMessages())
                {
                    Settle(message);
                }
                yield return one;
            }
        }
        finally
        {
            reading = null;
            FailPending(socket);
        }
    }

    /// <summary>On the connection that reads; if there is none, on one of its own.</summary>
    public override async Task<ChatMessage> SendAsync(string text, string? key, CancellationToken stop)
    {
        key ??= Guid.NewGuid().ToString("N");
        if (reading is not { } socket)
        {
            return await SendAloneAsync(text, key, stop);
        }
        var stored = new TaskCompletionSource<ChatMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            pending[key] = stored;
        }
        await SendFrameAsync(socket, Frame(text, key), stop);
        return await stored.Task.WaitAsync(stop);
    }

    /// <summary>Connects, with the headers that a browser sends.</summary>
    public async Task<ClientWebSocket> ConnectAsync(long after, CancellationToken stop)
    {
        CountRequest();
        var socket = new ClientWebSocket();
        socket.Options.KeepAliveInterval = Timeout.InfiniteTimeSpan; // A browser sends no pings.
        foreach (var (header, value) in BrowserHeaders.WebSocket(Server))
        {
            socket.Options.SetRequestHeader(header, value);
        }
        var query = $"user={Uri.EscapeDataString(User)}&after={after}";
        var address = new UriBuilder(Server) { Scheme = "ws", Path = "/ws", Query = query };
        await socket.ConnectAsync(address.Uri, Http, stop);
        return socket;
    }

    /// <summary>The next frame, or null when the server closes, which is answered.</summary>
    public static async Task<ChatEvent?> ReceiveAsync(ClientWebSocket socket, CancellationToken stop)
    {
        await using var message = WebSocketStream.CreateReadableMessageStream(socket);
        using var json = new MemoryStream();
        await message.CopyToAsync(json, stop);
        if (socket.CloseStatus is not null)
        {
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, stop);
            return null;
        }
        var frame = JsonElement.Parse(json.ToArray());
        var type = frame.GetProperty("type").GetString()!;
        return new(type, JsonSerializer.SerializeToUtf8Bytes(frame.GetProperty(type)));
    }

    /// <summary>A message as the page sends it.</summary>
    public static byte[] Frame(string text, string key) =>
        JsonSerializer.SerializeToUtf8Bytes(new { type = "message", text, key });

    async Task<ChatMessage> SendAloneAsync(string text, string key, CancellationToken stop)
    {
        using var socket = await ConnectAsync(after: 0, stop); // From the start: it may be stored already.
        await SendFrameAsync(socket, Frame(text, key), stop);
        while (await ReceiveAsync(socket, stop) is { } one)
        {
            var stored = one.ReadMessages().FirstOrDefault(message => message.Key == key && message.User == User);
            if (stored is not null)
            {
                await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, stop);
                return stored;
            }
        }
        throw Closed(socket);
    }

    async Task SendFrameAsync(ClientWebSocket socket, byte[] frame, CancellationToken stop)
    {
        await writing.WaitAsync(stop);
        try
        {
            await socket.SendAsync(frame, WebSocketMessageType.Text, endOfMessage: true, stop);
        }
        catch (Exception exception) when (exception is ObjectDisposedException or OperationCanceledException)
        {
            stop.ThrowIfCancellationRequested();
            throw new IOException("The connection has ended.", exception); // An aborted socket says "cancelled".
        }
        finally
        {
            writing.Release();
        }
    }

    void Settle(ChatMessage message)
    {
        lock (gate)
        {
            if (message.User == User && pending.Remove(message.Key ?? "", out var stored))
            {
                stored.SetResult(message);
            }
        }
    }

    /// <summary>The server takes messages in order: it is the oldest of them that it does not want.</summary>
    void FailPending(ClientWebSocket socket)
    {
        lock (gate)
        {
            var failure = Closed(socket);
            foreach (var waiting in pending.Values)
            {
                waiting.SetException(failure);
                failure = new IOException("The connection ended before the message came back.");
            }
            pending.Clear();
        }
    }

    static Exception Closed(ClientWebSocket socket)
    {
        var reason = $"The connection ended: {socket.CloseStatus} {socket.CloseStatusDescription}";
        return socket.CloseStatus is WebSocketCloseStatus.PolicyViolation or WebSocketCloseStatus.MessageTooBig
            ? new RefusedException(reason)
            : new IOException(reason);
    }
}
