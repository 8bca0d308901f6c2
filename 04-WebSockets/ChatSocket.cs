using System.Net.WebSockets;

/// <summary>
/// A WebSocket that speaks in whole text messages, and is closed in order: what a browser's
/// WebSocket does by itself, and the framework leaves to us. You may leave this file closed.
/// </summary>
// Not disposable: Dispose() could cut the connection while our close frame is still in a buffer.
// The framework closes the connection in order when the endpoint returns.
class ChatSocket(WebSocket socket)
{
    const int MaxBytes = 4096; // 500 characters take 3,000 bytes, if each is written as \uXXXX

    static readonly TimeSpan SendLimit = TimeSpan.FromSeconds(30);
    static readonly TimeSpan CloseLimit = TimeSpan.FromSeconds(1);

    /// <summary>Adds to a refusal what is wanted: the only version of WebSockets is 13.</summary>
    public static void AddHandshakeHeaders(HttpResponse response)
    {
        response.Headers.Connection = "Upgrade";
        response.Headers.Upgrade = "websocket";
        response.Headers.SecWebSocketVersion = "13";
    }

    /// <summary>Whether our own page asks, or a client that is no page.</summary>
    // Browsers send an Origin, others need not. Only its host and port count: behind a proxy, the
    // page may have come by https, and this request by http.
    public static bool IsSameOrigin(HttpRequest request)
    {
        var origin = request.Headers.Origin.ToString();
        if (origin == "")
        {
            return true;
        }
        if (!Uri.TryCreate(origin, UriKind.Absolute, out var page))
        {
            return false;
        }

        // Authority is the host and the port, in lower case and without a default port: so the
        // host chat.example:443 is the same as the origin https://chat.example.
        var asked = $"{page.Scheme}://{request.Host}";
        return Uri.TryCreate(asked, UriKind.Absolute, out var here)
            && here.Authority == page.Authority;
    }

    /// <summary>Answers the handshake. Returns null if the server holds too many sockets.</summary>
    public static async Task<ChatSocket?> Accept(HttpContext context)
    {
        try
        {
            return new ChatSocket(await context.WebSockets.AcceptWebSocketAsync());
        }
        catch (InvalidOperationException) when (!context.Response.HasStarted)
        {
            // MaxConcurrentUpgradedConnections of appsettings.json are open. What the framework has
            // already written of a handshake would be wrong in another answer.
            var headers = context.Response.Headers;
            headers.Remove("Connection");
            headers.Remove("Upgrade");
            headers.Remove("Sec-WebSocket-Accept");
            return null;
        }
    }

    /// <summary>
    /// Receives and sends at the same time, until the client closes, breaks a rule or is gone, or
    /// the server stops: then closes. Does not throw for any of these, but for an error within
    /// the two functions.
    /// </summary>
    /// <param name="onMessage">Takes a message. Returns what is wrong with it, or null.</param>
    /// <param name="sendNews">Sends, until the token is cancelled.</param>
    public async Task Run(
        Func<byte[], string?> onMessage,
        Func<CancellationToken, Task> sendNews,
        CancellationToken stopping)
    {
        // Cancelled when the server stops, or by CancelAsync() below.
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        try
        {
            // A socket takes one receive and one send at a time. Neither has a token: to cancel
            // it would cut the connection, and no close frame could follow. So sendNews looks at
            // its token between two sends, and receiving ends with what the client does.
            var receiving = ReceiveAll(onMessage);
            var sending = sendNews(ending.Token);
            await Task.WhenAny(receiving, sending); // does not throw: a task throws where awaited

            // The close frame is a send as well: so sendNews has to end before.
            await ending.CancelAsync();
            await sending;

            if (stopping.IsCancellationRequested)
            {
                // Sends our close frame, and does not wait for the client's, as CloseAsync() would:
                // that is a receive, and one still runs. It ends with the connection. Nobody awaits
                // it then: its error is ignored.
                await socket.CloseOutputAsync(
                    WebSocketCloseStatus.EndpointUnavailable,
                    "The server stops.",
                    CancellationToken.None);
            }
            else
            {
                // The client has closed or broken a rule. Sends our close frame, and waits for the
                // client's, if it has not come yet.
                var closing = await receiving;
                await socket.CloseAsync(closing.Status, closing.Reason, CancellationToken.None)
                    .WaitAsync(CloseLimit);
            }
        }
        catch (Exception exception)
            when (exception is WebSocketException or OperationCanceledException)
        {
            // WebSocketException: the client is gone without a close frame, or broke the protocol.
            // OperationCanceledException: it has not answered a ping, and the framework has cut
            // the connection.
        }
        catch (TimeoutException)
        {
            socket.Abort(); // the client does not read, or does not answer the close frame
        }
    }

    /// <summary>Sends a message. Waits while the buffers on the way are full.</summary>
    /// <exception cref="TimeoutException">The client has not read for 30 s: Run() ends.</exception>
    public async Task Send(byte[] text)
    {
        var sending = socket.SendAsync(
            text, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        await sending.WaitAsync(SendLimit);
    }

    // Takes messages until the client closes or breaks a rule. Returns how to close then.
    async Task<Closing> ReceiveAll(Func<byte[], string?> onMessage)
    {
        while (true)
        {
            var received = await Receive();
            if (received.Closing != null)
            {
                return received.Closing;
            }

            // A frame is not answered by a status, as a request is. So we close, with the reason.
            var problem = onMessage(received.Text);
            if (problem != null)
            {
                return new Closing(WebSocketCloseStatus.PolicyViolation, problem);
            }
        }
    }

    // Receives one message. It may come in several pieces.
    async Task<Received> Receive()
    {
        // Memory is a view of an array. The first receive, into an empty one, takes no byte: it
        // only waits until something comes. So a silent client costs no buffer.
        var buffer = Memory<byte>.Empty;
        var length = 0;
        while (true)
        {
            var piece = await socket.ReceiveAsync(buffer[length..], CancellationToken.None);
            length += piece.Count;
            if (piece.MessageType == WebSocketMessageType.Close)
            {
                // Answered with its own status, or 1000 if it has none.
                return Received.End(socket.CloseStatus ?? WebSocketCloseStatus.NormalClosure, "");
            }
            if (piece.MessageType == WebSocketMessageType.Binary)
            {
                return Received.End(WebSocketCloseStatus.InvalidMessageType, "Only text, please.");
            }
            if (length > MaxBytes)
            {
                return Received.End(WebSocketCloseStatus.MessageTooBig, "At most 4,096 bytes.");
            }
            if (piece.EndOfMessage)
            {
                return new Received(buffer[..length].ToArray());
            }
            if (buffer.IsEmpty)
            {
                // One more than allowed: by that byte we know that a message is too long.
                buffer = new byte[MaxBytes + 1];
            }
        }
    }

    record Closing(WebSocketCloseStatus Status, string Reason);

    // Either a message, or how to close.
    record Received(byte[] Text, Closing? Closing = null)
    {
        public static Received End(WebSocketCloseStatus status, string reason)
        {
            return new Received([], new Closing(status, reason));
        }
    }
}
