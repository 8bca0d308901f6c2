using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tests;

/// <summary>
/// A connection to a browser by the Chrome DevTools Protocol: commands and their answers, and events, as JSON over one
/// WebSocket. Many commands may be under way at a time, each in a window of its own.
/// </summary>
sealed class DevTools : IAsyncDisposable
{
    readonly ClientWebSocket socket = new();
    readonly SemaphoreSlim sending = new(1);
    readonly ConcurrentDictionary<int, TaskCompletionSource<JsonObject>> waiting = [];
    readonly ConcurrentDictionary<string, Action<string, JsonObject>> listeners = [];
    Task reading = Task.CompletedTask;
    int last;

    DevTools()
    {
    }

    public static async Task<DevTools> ConnectAsync(Uri address)
    {
        var devTools = new DevTools();
        using var patience = new CancellationTokenSource(Wait.Patience);
        await devTools.socket.ConnectAsync(address, patience.Token);
        devTools.reading = Task.Run(devTools.ReadAsync);
        return devTools;
    }

    /// <summary>Tells what happens in a window, by the name of the event.</summary>
    public void Listen(string window, Action<string, JsonObject> listener) => listeners[window] = listener;

    /// <summary>One command.</summary>
    /// <param name="window">Where; null is the browser as a whole.</param>
    /// <param name="method">"Page.navigate", say.</param>
    /// <param name="parameters">Its parameters.</param>
    /// <exception cref="InvalidOperationException">The command failed; the message says how.</exception>
    public async Task<JsonObject> CallAsync(string? window, string method, object? parameters = null)
    {
        var id = Interlocked.Increment(ref last);
        var answer = new TaskCompletionSource<JsonObject>(TaskCreationOptions.RunContinuationsAsynchronously);
        waiting[id] = answer;
        var command = new JsonObject
        {
            ["id"] = id,
            ["method"] = method,
            ["params"] = JsonSerializer.SerializeToNode(parameters ?? new { }),
        };
        if (window is not null)
        {
            command["sessionId"] = window;
        }
        await SendAsync(JsonSerializer.SerializeToUtf8Bytes(command));
        // A browser that was lost before the answer was waited for has nobody to tell of it.
        if (reading.IsCompleted)
        {
            answer.TrySetException(new InvalidOperationException($"{method}: the browser has ended."));
        }
        // Longer than a wait within a page.
        var said = await answer.Task.WaitAsync(2 * Wait.Patience);
        return said["error"] is null
            ? said["result"]!.AsObject()
            : throw new InvalidOperationException($"{method}: {said["error"]!["message"]}");
    }

    public async ValueTask DisposeAsync()
    {
        socket.Abort();
        await reading;
        socket.Dispose();
    }

    async Task SendAsync(byte[] command)
    {
        await sending.WaitAsync();
        try
        {
            await socket.SendAsync(command, WebSocketMessageType.Text, true, CancellationToken.None);
        }
        catch (WebSocketException failure)
        {
            throw new InvalidOperationException("The browser has ended.", failure);
        }
        finally
        {
            sending.Release();
        }
    }

    async Task ReadAsync()
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (true)
            {
                using var message = new MemoryStream();
                ValueWebSocketReceiveResult part;
                do
                {
                    part = await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
                    message.Write(buffer, 0, part.Count);
                }
                while (!part.EndOfMessage);
                if (part.MessageType == WebSocketMessageType.Close)
                {
                    break;
                }
                Take(JsonNode.Parse(message.ToArray())!.AsObject());
            }
        }
        catch (WebSocketException)
        {
            // The browser has ended.
        }
        foreach (var answer in waiting.Values)
        {
            answer.TrySetException(new InvalidOperationException("The browser has ended."));
        }
    }

    void Take(JsonObject message)
    {
        if (message["id"] is { } id)
        {
            if (waiting.TryRemove(id.GetValue<int>(), out var answer))
            {
                answer.SetResult(message);
            }
        }
        else if (message["sessionId"] is { } window && listeners.TryGetValue($"{window}", out var listener))
        {
            listener($"{message["method"]}", message["params"]!.AsObject());
        }
    }
}
