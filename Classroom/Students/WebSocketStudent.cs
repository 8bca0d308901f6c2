using System.Buffers;
using System.Net;
using System.Net.WebSockets;
using System.Text.Json;

namespace Classroom;

/// <summary>04: one WebSocket, both ways.</summary>
sealed class WebSocketStudent(Uri server, string name, StudentOptions options) : Student(server, name, options)
{
    readonly Lock gate = new();
    readonly SemaphoreSlim writing = new(1);

    /// <summary>
    /// The keys of own messages that have not come back yet, oldest first; each completes with the message's id, across
    /// connections.
    /// </summary>
    readonly OrderedDictionary<string, TaskCompletionSource<long>> pending = [];
    Connection? open;

    internal override async Task<long> SendAsync(OutgoingMessage message, CancellationToken cancellation)
    {
        lock (gate)
        {
            pending.Add(message.Key, new(TaskCreationOptions.RunContinuationsAsynchronously));
        }
        try
        {
            return await base.SendAsync(message, cancellation);
        }
        finally
        {
            lock (gate)
            {
                pending.Remove(message.Key);
            }
        }
    }

    private protected override async Task<long> TrySendAsync(OutgoingMessage message, CancellationToken cancellation)
    {
        Connection? connection;
        Task<long> stored;
        lock (gate)
        {
            connection = open;
            stored = pending[message.Key].Task;
        }
        if (stored.IsCompleted)
        {
            // It came back after all, with what was missed while there was no connection.
            return await stored;
        }
        if (connection is null)
        {
            throw new IOException("There is no connection.");
        }
        await WriteAsync(connection.Socket, message, cancellation);
        await Task.WhenAny(stored, connection.Ended.Task).WaitAsync(Options.Patience, cancellation);
        return stored.IsCompleted
            ? await stored
            : throw new IOException("The connection ended before the message came back.");
    }

    private protected override async Task ReceiveAsync(CancellationToken stop)
    {
        using var socket = new ClientWebSocket();
        // A browser sends no pings.
        socket.Options.KeepAliveInterval = Timeout.InfiniteTimeSpan;
        foreach (var (header, value) in BrowserHeaders.WebSocket(Server))
        {
            socket.Options.SetRequestHeader(header, value);
        }
        CountRequest();
        var query = $"user={Uri.EscapeDataString(Name)}&after={Cursor}";
        var address = new UriBuilder(Server) { Scheme = "ws", Path = "/ws", Query = query };
        await socket.ConnectAsync(address.Uri, Http, stop);
        var connection = new Connection(socket, new(TaskCreationOptions.RunContinuationsAsynchronously));
        lock (gate)
        {
            open = connection;
        }
        Succeeded();
        try
        {
            await ReadAsync(socket, stop);
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, stop);
            if (socket.CloseStatus is WebSocketCloseStatus.PolicyViolation or WebSocketCloseStatus.MessageTooBig)
            {
                Refuse(socket.CloseStatusDescription);
            }
            throw new IOException($"The server closed the connection with {(int?)socket.CloseStatus}.");
        }
        finally
        {
            lock (gate)
            {
                open = null;
            }
            connection.Ended.SetResult();
        }
    }

    /// <summary>Writes a message as a frame, one at a time.</summary>
    async Task WriteAsync(ClientWebSocket socket, OutgoingMessage message, CancellationToken cancellation)
    {
        var content = new { type = "message", text = message.Text, key = message.Key };
        var frame = JsonSerializer.SerializeToUtf8Bytes(content, JsonSerializerOptions.Web);
        await writing.WaitAsync(cancellation);
        try
        {
            CountEvent();
            await socket.SendAsync(frame, WebSocketMessageType.Text, endOfMessage: true, cancellation);
        }
        catch (Exception exception) when (
            exception is WebSocketException or ObjectDisposedException or OperationCanceledException)
        {
            // A socket that was aborted says that it was cancelled.
            cancellation.ThrowIfCancellationRequested();
            throw new IOException("The connection ended while sending.", exception);
        }
        finally
        {
            writing.Release();
        }
    }

    /// <summary>Takes in what comes, until the server closes.</summary>
    async Task ReadAsync(ClientWebSocket socket, CancellationToken stop)
    {
        var frame = new ArrayBufferWriter<byte>(1024);
        while (true)
        {
            var part = await socket.ReceiveAsync(frame.GetMemory(1024), stop);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                return;
            }
            frame.Advance(part.Count);
            if (part.EndOfMessage)
            {
                CountEvent();
                Take(frame.WrittenSpan);
                frame.ResetWrittenCount();
            }
        }
    }

    void Take(ReadOnlySpan<byte> json)
    {
        if (json.StartsWith("""{"type":"users","""u8))
        {
            SetUsers(json.ToArray());
            return;
        }
        var messages = JsonSerializer.Deserialize<Frame>(json, JsonSerializerOptions.Web)!.Messages ?? [];
        Show(messages);
        lock (gate)
        {
            foreach (var message in messages)
            {
                pending.GetValueOrDefault(message.Key ?? "")?.TrySetResult(message.Id);
            }
        }
    }

    /// <summary>The server takes messages in order: it is the oldest of them that it does not want.</summary>
    void Refuse(string? reason)
    {
        lock (gate)
        {
            var refused = pending.Values.FirstOrDefault(stored => !stored.Task.IsCompleted);
            refused?.TrySetException(new HttpRequestException(reason, null, HttpStatusCode.BadRequest));
        }
    }

    sealed record Frame(ChatMessage[]? Messages);

    sealed record Connection(ClientWebSocket Socket, TaskCompletionSource Ended);
}
