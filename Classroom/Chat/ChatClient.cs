using System.Net.Http.Json;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Runtime.CompilerServices;

namespace Classroom;

/// <summary>
/// What one does with the chat of a step, whatever its technique: read after a cursor, follow, send. It tries nothing a
/// second time and keeps no cursor: that is what a <see cref="Student"/> does.
/// All members may be used from several threads at once; but one client reads once at a time.
/// </summary>
public abstract class ChatClient(Uri server, string user) : IDisposable
{
    int requests;

    /// <param name="technique">Which one the step has.</param>
    /// <param name="server">Where the step, or a wire to it, listens.</param>
    /// <param name="user">1 to 50 characters.</param>
    public static ChatClient Of(Technique technique, Uri server, string user) => technique.Reading switch
    {
        Reading.WebSocket => new SocketClient(server, user),
        Reading.EventStream => new StreamClient(server, user),
        _ => new PollingClient(server, user),
    };

    public Uri Server => server;

    public string User => user;

    /// <summary>HTTP requests and handshakes so far.</summary>
    public int Requests => Volatile.Read(ref requests);

    /// <summary>
    /// A client is a computer of its own: it shares no connection with another one. What goes to this machine uses no
    /// proxy. To dispose of a stream that does not end closes its connection at once.
    /// </summary>
    public HttpClient Http { get; } = new(new SocketsHttpHandler
    {
        UseCookies = false,
        UseProxy = false,
        AllowAutoRedirect = false,
        ResponseDrainTimeout = TimeSpan.Zero,
    })
    {
        BaseAddress = server,
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>
    /// What comes after a cursor: the answer to one question (01 to 03), or all that one connection brings, until it
    /// ends (04 to 06).
    /// </summary>
    /// <exception cref="Exception">It is lost: see <see cref="IsLoss"/>.</exception>
    public abstract IAsyncEnumerable<ChatEvent> ReadAsync(long after, CancellationToken stop);

    /// <summary>Loads the page and its files, as opening or reloading it does.</summary>
    public async Task LoadPageAsync(CancellationToken stop)
    {
        foreach (var request in BrowserHeaders.PageFiles(server))
        {
            CountRequest();
            using var file = await Http.SendAsync(request, stop);
            file.EnsureSuccessStatusCode();
        }
    }

    /// <summary>Sends a message, and returns it as it is stored: by POST, if its technique has no other way.</summary>
    /// <param name="key">Null is none; but in 04, where a message is known by its key, then it gets a new one.</param>
    /// <exception cref="RefusedException">The server does not want it.</exception>
    /// <exception cref="Exception">The answer is lost: see <see cref="IsLoss"/>.</exception>
    public virtual async Task<ChatMessage> SendAsync(string text, string? key, CancellationToken stop)
    {
        CountRequest();
        using var request = BrowserHeaders.Post(server, "/messages");
        object sent = key is null ? new { user, text } : new { user, text, key };
        request.Content = JsonContent.Create(sent);
        await request.Content.LoadIntoBufferAsync(stop); // A browser tells the length.
        using var answer = await Http.SendAsync(request, stop);
        if ((int)answer.StatusCode is >= 400 and < 500)
        {
            throw new RefusedException($"{answer.StatusCode}: {await answer.Content.ReadAsStringAsync(stop)}");
        }
        answer.EnsureSuccessStatusCode();
        return ChatMessage.Parse(await answer.Content.ReadAsByteArrayAsync(stop));
    }

    /// <summary>The batches after a cursor as they come, again and again, until a connection is lost.</summary>
    /// <param name="pause">Between an answer and the next question. In 02 the page waits 3 s.</param>
    public async IAsyncEnumerable<ChatMessage[]> FollowAsync(
        long after, TimeSpan pause, [EnumeratorCancellation] CancellationToken stop)
    {
        while (true)
        {
            await foreach (var one in ReadAsync(after, stop))
            {
                var batch = one.ReadMessages();
                if (batch.Length > 0)
                {
                    after = batch[^1].Id;
                    yield return batch;
                }
            }
            if (this is not PollingClient)
            {
                yield break; // The connection has ended.
            }
            await Task.Delay(pause, stop);
        }
    }

    /// <summary>How a lost connection shows itself.</summary>
    public static bool IsLoss(Exception exception) =>
        exception is HttpRequestException or IOException or WebSocketException or SocketException;

    public virtual void Dispose() => Http.Dispose();

    protected void CountRequest() => Interlocked.Increment(ref requests);
}

/// <summary>The server has looked at a message and does not want it: it would not want it again.</summary>
/// <param name="reason">The server's words.</param>
public sealed class RefusedException(string reason) : Exception(reason);
