using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text.Json;

namespace Classroom;

/// <summary>
/// A client that keeps the contract of its step's page: it knows the id of the last message that it has shown,
/// asks for what comes after it, and on any failure waits and comes back with it.
/// All members may be used from several threads at once.
/// </summary>
public abstract class Student : IAsyncDisposable
{
    readonly Lock gate = new();
    readonly List<Received> received = [];
    readonly HashSet<long> known = [];
    readonly HashSet<string> knownKeys = [];
    readonly CancellationTokenSource stopping = new();
    readonly TaskCompletionSource connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    Task running = Task.CompletedTask;
    TimeSpan retry;
    long requests;
    long answers;
    long empty;
    long events;
    long failures;
    byte[] users = [.. "[]"u8];
    bool hasPaused;

    private protected Student(Uri server, string name, StudentOptions options)
    {
        Server = server;
        Name = name;
        Options = options;
        retry = options.FirstRetry;
        // A student is a computer of its own: no connection is shared with another one. A browser opens six.
        var connections = new SocketsHttpHandler
        {
            UseCookies = false,
            UseProxy = false,
            AllowAutoRedirect = false,
            MaxConnectionsPerServer = 6,
        };
        Http = new HttpClient(connections) { BaseAddress = server, Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Makes the student that belongs to a step.</summary>
    /// <param name="server">Where the step, or the wire to it, listens.</param>
    /// <param name="name">The user name: 1 to 50 characters.</param>
    /// <param name="options">Null: the times of the pages.</param>
    public static Student Create(Technique technique, Uri server, string name, StudentOptions? options = null)
    {
        options ??= new();
        return technique.Reading switch
        {
            Reading.Reload => new ReloadingStudent(server, name, options),
            Reading.ShortPoll => new ShortPollingStudent(server, name, options),
            Reading.LongPoll => new LongPollingStudent(server, name, options),
            Reading.WebSocket => new WebSocketStudent(server, name, options),
            Reading.EventStream => new EventStreamStudent(server, name, options),
            _ => throw new ArgumentException($"No student reads by {technique.Reading}.", nameof(technique)),
        };
    }

    /// <inheritdoc cref="Create(Technique, Uri, string, StudentOptions?)"/>
    /// <param name="step">"3", "03" or "03-LongPolling".</param>
    /// <exception cref="ArgumentException">There is no such step.</exception>
    public static Student Create(string step, Uri server, string name, StudentOptions? options = null) =>
        Create(Technique.Of(step), server, name, options);

    public string Name { get; }

    /// <summary>
    /// Completes when the student is first there: 01 and 02 at the first answer, 03 when the first request leaves, 04
    /// when the socket is open, 05 and 06 at the first event.
    /// </summary>
    public Task Connected => connected.Task;

    /// <summary>The id of the last message received; 0 before the first.</summary>
    public long Cursor { get; private set; }

    /// <summary>Every message received, once, in the order of receipt.</summary>
    public IReadOnlyList<Received> Received
    {
        get
        {
            lock (gate)
            {
                return [.. received];
            }
        }
    }

    /// <summary>The ids of every message received, once, in the order of receipt.</summary>
    public IReadOnlyList<long> Ids => [.. Received.Select(one => one.Message.Id)];

    /// <summary>HTTP requests sent so far: failed ones and WebSocket handshakes included.</summary>
    public long Requests => Interlocked.Read(ref requests);

    /// <summary>Requests for messages that were answered.</summary>
    public long Answers => Interlocked.Read(ref answers);

    /// <summary>Requests for messages that were answered with nothing new: 200 with an empty array, or 204.</summary>
    public long EmptyAnswers => Interlocked.Read(ref empty);

    /// <summary>WebSocket frames sent and received, or events received, whatever was in them.</summary>
    public long Events => Interlocked.Read(ref events);

    /// <summary>Something has failed, and the next attempt has not begun: the page says Reconnecting.</summary>
    public bool Reconnecting { get; private set; }

    /// <summary>How often something failed, each followed by a wait and another attempt.</summary>
    public long Failures => Interlocked.Read(ref failures);

    /// <summary>What failed last; null when nothing has.</summary>
    public string? LastFailure { get; private set; }

    /// <summary>Messages that came to one page more than once.</summary>
    public int Duplicates { get; private set; }

    /// <summary>Messages that came after one with a larger id.</summary>
    public int OutOfOrder { get; private set; }

    /// <summary>
    /// Ids skipped between one message and the next. A server that was started anew begins at its clock, which is a
    /// gap as well.
    /// </summary>
    public long Gaps { get; private set; }

    /// <summary>04 to 06: who is online, as the server said last.</summary>
    /// <remarks>Read when asked for: a class of a thousand that sits down is sent a thousand long lists.</remarks>
    public IReadOnlyList<string> Users
    {
        get
        {
            var list = JsonElement.Parse(Volatile.Read(ref users));
            if (list.ValueKind == JsonValueKind.Object)
            {
                list = list.GetProperty("users");
            }
            return list.Deserialize<string[]>() ?? [];
        }
    }

    /// <summary>Opens the page: from now on the student receives. Once per student.</summary>
    public void Start() => running = Task.Run(RunAsync);

    /// <summary>Closes the page. What was received stays to be read.</summary>
    public async Task StopAsync()
    {
        await stopping.CancelAsync();
        await running;
    }

    /// <summary>
    /// Sends a message as the page does: under a key of its own, and again under the same key whenever the answer is
    /// lost, until the server has stored it.
    /// </summary>
    /// <returns>The message's id.</returns>
    /// <exception cref="HttpRequestException">The server refuses the message.</exception>
    /// <exception cref="TimeoutException">It was not stored within <see cref="StudentOptions.Sending"/>.</exception>
    public Task<long> SendAsync(string text, CancellationToken cancellation = default) =>
        SendAsync(new OutgoingMessage(Guid.NewGuid().ToString("N"), text), cancellation);

    /// <summary>The same under a key of the caller's.</summary>
    internal virtual async Task<long> SendAsync(OutgoingMessage message, CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        var pause = Options.FirstRetry;
        while (true)
        {
            try
            {
                return await TrySendAsync(message, cancellation);
            }
            catch (Exception exception) when (IsFailure(exception) && !IsRefusal(exception))
            {
                cancellation.ThrowIfCancellationRequested();
                if (Stopwatch.GetElapsedTime(started) > Options.Sending)
                {
                    throw new TimeoutException(
                        $"{Name}: a message was not stored within {Options.Sending.TotalSeconds} s.", exception);
                }
                CountFailure(exception);
                await Task.Delay(pause, cancellation);
                pause = Longer(pause);
            }
        }
    }

    /// <summary>Waits until this message has been received.</summary>
    public Task WaitForAsync(long id, CancellationToken cancellation = default) =>
        WaitUntilAsync(() => known.Contains(id), cancellation);

    /// <summary>Waits until so many messages have been received, history included.</summary>
    public Task WaitForCountAsync(int count, CancellationToken cancellation = default) =>
        WaitUntilAsync(() => received.Count >= count, cancellation);

    /// <summary>Closes the page and every connection.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Http.Dispose();
    }

    private protected Uri Server { get; }

    private protected StudentOptions Options { get; }

    private protected HttpClient Http { get; }

    /// <summary>
    /// One turn: a request and the pause after it, or a connection until its end, which is a failure.
    /// </summary>
    private protected abstract Task ReceiveAsync(CancellationToken stop);

    /// <summary>Sends a message once, and returns its id when the server has stored it.</summary>
    private protected abstract Task<long> TrySendAsync(OutgoingMessage message, CancellationToken cancellation);

    /// <summary>The page works (again): it counts as connected, and the next failure waits the shortest time.</summary>
    private protected void Succeeded()
    {
        retry = Options.FirstRetry;
        MarkConnected();
    }

    private protected void MarkConnected()
    {
        Reconnecting = false;
        connected.TrySetResult();
    }

    private protected void CountRequest() => Interlocked.Increment(ref requests);

    private protected void CountEvent() => Interlocked.Increment(ref events);

    private protected void CountFailure(Exception exception)
    {
        Interlocked.Increment(ref failures);
        LastFailure = exception.Message;
    }

    /// <summary>Takes in who is online: a list of names, or an object that has one.</summary>
    private protected void SetUsers(byte[] json) => Volatile.Write(ref users, json);

    /// <summary>Takes in a batch that answers a request.</summary>
    private protected void Answer(ChatMessage[] batch)
    {
        Interlocked.Increment(ref answers);
        if (batch.Length == 0)
        {
            Interlocked.Increment(ref empty);
        }
        Show(batch);
    }

    /// <summary>Takes in a batch, and moves the cursor.</summary>
    private protected void Show(ChatMessage[] batch)
    {
        if (batch.Length == 0)
        {
            return;
        }
        if (Options.TakesIn is not null)
        {
            Cursor = batch[^1].Id;
            Options.TakesIn(batch);
            return;
        }
        var now = DateTimeOffset.UtcNow;
        lock (gate)
        {
            foreach (var message in batch)
            {
                if (!known.Add(message.Id))
                {
                    Duplicates++;
                    continue;
                }
                if (message.Id < Cursor)
                {
                    OutOfOrder++;
                }
                else if (received.Count > 0)
                {
                    Gaps += message.Id - Cursor - 1;
                }
                Cursor = message.Id;
                // A server that was started anew may store a message anew: under another id, and the same key.
                if (message.Key is null || knownKeys.Add(message.Key))
                {
                    received.Add(new(message, now - message.Timestamp));
                }
            }
            changed.SetResult();
            changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>
    /// Takes in all that a reloaded page shows: what it showed before is not new, and not a duplicate.
    /// </summary>
    private protected void ShowAgain(ChatMessage[] batch)
    {
        ChatMessage[] news;
        lock (gate)
        {
            var distinct = batch.DistinctBy(message => message.Id).ToArray();
            Duplicates += batch.Length - distinct.Length;
            news = [.. distinct.Where(message => !known.Contains(message.Id))];
        }
        Answer(news);
    }

    /// <summary>01 and 02: waits until the page asks again.</summary>
    private protected async Task PauseAsync(TimeSpan usual, CancellationToken stop)
    {
        if (Options.Pause is not null)
        {
            await Options.Pause(stop);
            return;
        }
        var spread = Options.Spread && !hasPaused;
        hasPaused = true;
        await Task.Delay(spread ? usual * Random.Shared.NextDouble() : usual, Options.Clock, stop);
    }

    async Task RunAsync()
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await ReceiveAsync(stopping.Token);
            }
            catch (Exception exception) when (IsFailure(exception))
            {
                if (stopping.IsCancellationRequested)
                {
                    return;
                }
                CountFailure(exception);
                Reconnecting = true;
                var wait = retry;
                retry = Longer(retry);
                await Task.Delay(wait, stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    TimeSpan Longer(TimeSpan pause) => pause * 2 < Options.LongestRetry ? pause * 2 : Options.LongestRetry;

    /// <summary>The server has looked at the message and does not want it: it would not want it again.</summary>
    static bool IsRefusal(Exception exception) =>
        exception is HttpRequestException { StatusCode: >= (HttpStatusCode)400 and < (HttpStatusCode)500 };

    private protected static bool IsFailure(Exception exception) =>
        exception is HttpRequestException or IOException or TimeoutException or OperationCanceledException
            or WebSocketException or SocketException; // HttpClient lets it through, if it is cut while it connects.

    async Task WaitUntilAsync(Func<bool> reached, CancellationToken cancellation)
    {
        while (true)
        {
            Task next;
            lock (gate)
            {
                if (reached())
                {
                    return;
                }
                next = changed.Task;
            }
            if (await Task.WhenAny(next, running).WaitAsync(cancellation) == running)
            {
                await running; // Tells what went wrong, if something did.
                throw new InvalidOperationException($"{Name} has been stopped.");
            }
        }
    }
}
