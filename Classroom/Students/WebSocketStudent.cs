using System.Buffers;
using System.Net.WebSockets;
using System.Text.Json;

namespace Classroom;

/// <summary>04: one WebSocket, both ways.</summary>
sealed class WebSocketStudent(Uri server, string name, StudentOptions options) : Student(server, name, options)
{
    sealed record Frame(string Type, ChatMessage[]? Messages, string[]? Users, string? Error);

    readonly Lock gate = new();
    readonly SemaphoreSlim writing = new(1);

    /// <summary>Own messages that have been sent and have not come back yet, oldest first.</summary>
    readonly List<(string Text, TaskCompletionSource<long> Stored)> pending = [];
    ClientWebSocket? open;

    public override async Task<long> SendAsync(string text, CancellationToken cancellation = default)
    {
        ClientWebSocket socket;
        var stored = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            socket = open ?? throw new IOException("There is no connection.");
            pending.Add((text.Trim(), stored));
        }
        await writing.WaitAsync(cancellation); // One frame at a time.
        try
        {
            CountEvent();
            var frame = JsonSerializer.SerializeToUtf8Bytes(new { type = "message", text }, JsonSerializerOptions.Web);
            await socket.SendAsync(frame, WebSocketMessageType.Text, endOfMessage: true, cancellation);
        }
        catch (Exception exception) when (exception is WebSocketException or ObjectDisposedException
            || (exception is OperationCanceledException && !cancellation.IsCancellationRequested)) // So a socket says that it was aborted.
        {
            throw new IOException("The connection ended while sending.", exception);
        }
        finally
        {
            writing.Release();
        }
        return await stored.Task.WaitAsync(Options.Patience, cancellation);
    }

    private protected override async Task ReceiveAsync(CancellationToken stop)
    {
        using var socket = new ClientWebSocket();
        socket.Options.KeepAliveInterval = Timeout.InfiniteTimeSpan; // A browser sends no pings.
        foreach (var (header, value) in BrowserHeaders.WebSocket(Server))
        {
            socket.Options.SetRequestHeader(header, value);
        }
        CountRequest();
        var address = new UriBuilder(Server) { Scheme = "ws", Path = "/ws", Query = $"user={Uri.EscapeDataString(Name)}&after={Cursor}" };
        await socket.ConnectAsync(address.Uri, Http, stop);
        Succeeded();
        lock (gate)
        {
            open = socket;
        }
        try
        {
            var frame = new ArrayBufferWriter<byte>(1024);
            while (await socket.ReceiveAsync(frame.GetMemory(1024), stop) is { MessageType: not WebSocketMessageType.Close } part)
            {
                frame.Advance(part.Count);
                if (part.EndOfMessage)
                {
                    CountEvent();
                    Take(Parse(frame.WrittenSpan));
                    frame.ResetWrittenCount();
                }
            }
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, stop);
            throw new IOException($"The server closed the connection with {(int?)socket.CloseStatus}.");
        }
        finally
        {
            lock (gate)
            {
                open = null;
                foreach (var (_, stored) in pending)
                {
                    stored.SetException(new IOException("The connection ended before the message came back."));
                    _ = stored.Task.Exception; // Seen, also if nobody waits any more.
                }
                pending.Clear();
            }
        }
    }

    static Frame Parse(ReadOnlySpan<byte> json)
    {
        if (UserList.Find(json) is { } users)
        {
            return new("users", null, users, null);
        }
        var frame = JsonSerializer.Deserialize<Frame>(json, JsonSerializerOptions.Web)!;
        if (frame.Users is not null)
        {
            UserList.Keep(json, frame.Users);
        }
        return frame;
    }

    void Take(Frame frame)
    {
        Show(frame.Messages ?? []);
        Users = frame.Users ?? Users;
        lock (gate)
        {
            foreach (var message in frame.Messages ?? [])
            {
                if (message.User == Name && pending.FindIndex(sent => sent.Text == message.Text) is >= 0 and var found)
                {
                    pending[found].Stored.SetResult(message.Id);
                    pending.RemoveAt(found);
                }
            }
            if (frame.Error is not null && pending.Count > 0)
            {
                pending[0].Stored.SetException(new IOException(frame.Error));
                pending.RemoveAt(0);
            }
        }
    }
}
