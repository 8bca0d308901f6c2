using System.Text.Json;

namespace Classroom;

/// <summary>What a student has received.</summary>
/// <param name="Delay">From stored on the server to received here, both on this machine's clock. It says nothing of a
/// message that was stored before the student came.</param>
public readonly record struct Received(ChatMessage Message, TimeSpan Delay);

/// <summary>
/// One who follows the chat of a step as its page does: comes back with a cursor after each failure, sends a message
/// again until it is stored, and keeps books on what came. All members may be used from several threads at once.
/// </summary>
/// <param name="server">The step, or a wire to it.</param>
/// <param name="pause">01 and 02: what is waited for before the page asks again, in place of its usual pause.</param>
/// <param name="sendTo">All but 04: where messages are posted, if that is not the server that is read from.</param>
/// <param name="receive">Told of the messages that are new, in place of the list <see cref="Received"/>, which then
/// stays empty.</param>
public sealed class Student(
    Technique technique,
    Uri server,
    string name,
    Func<CancellationToken, Task>? pause = null,
    Uri? sendTo = null,
    Action<ChatMessage[]>? receive = null) : IAsyncDisposable
{
    /// <summary>The wait after a failure; doubles with each further one, up to four times as long.</summary>
    static readonly TimeSpan shortestRetry = TimeSpan.FromSeconds(1);

    /// <summary>A page gives up a request after that, or a stream on which nothing comes.</summary>
    static readonly TimeSpan patience = TimeSpan.FromSeconds(40);

    /// <summary>The same of a message that it sends.</summary>
    static readonly TimeSpan sendingPatience = TimeSpan.FromSeconds(10);

    readonly ChatClient reader = ChatClient.Of(technique, server, name);
    readonly ChatClient? poster = sendTo is null ? null : ChatClient.Of(technique, sendTo, name);
    readonly Lock gate = new();
    readonly List<Received> received = [];
    readonly HashSet<long> knownIds = [];
    readonly HashSet<(string? Origin, string User, string Key)> knownKeys = [];
    readonly SemaphoreSlim reading = new(1); // A client reads once at a time.
    readonly CancellationTokenSource stopping = new();
    readonly TaskCompletionSource connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    Task running = Task.CompletedTask;
    TimeSpan retry = shortestRetry;
    double firstPause = Random.Shared.NextDouble(); // A class that sits down at once is not to ask in step ever after.
    long cursor;

    /// <summary>
    /// Completes when the student is first there: 01 and 02 at the first answer, 03 when it first asks, 04 to 06 when
    /// the connection is open.
    /// </summary>
    public Task Connected => connected.Task;

    /// <summary>Something has failed, and the next attempt has not succeeded: the page says Reconnecting.</summary>
    public bool Reconnecting { get; private set; }

    /// <summary>HTTP requests and handshakes so far, failed ones included.</summary>
    public int Requests => reader.Requests + (poster?.Requests ?? 0);

    /// <summary>01 to 03: questions for messages that were answered.</summary>
    public int Answers { get; private set; }

    /// <summary>01 to 03: how many of these held nothing new.</summary>
    public int EmptyAnswers { get; private set; }

    /// <summary>04 to 06: frames or events received, whatever was in them.</summary>
    public int Events { get; private set; }

    /// <summary>Messages that came more than once. What a reloaded page shows again does not count.</summary>
    public int Duplicates { get; private set; }

    /// <summary>Messages that came after one with a larger id.</summary>
    public int OutOfOrder { get; private set; }

    /// <summary>Every message, once, in the order of receipt.</summary>
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

    /// <summary>04 to 06: who is online, as the server said last.</summary>
    public IReadOnlyList<string> Users { get; private set; } = [];

    /// <summary>A pause that lasts: the page asks once, when it opens.</summary>
    public static Task Never(CancellationToken stop) => Task.Delay(Timeout.InfiniteTimeSpan, stop);

    /// <summary>The pause of the pages of 01, where a person reloads, and 02.</summary>
    public static TimeSpan PauseOf(Technique technique) =>
        TimeSpan.FromSeconds(technique.Reading == Reading.Reload ? 10 : 3);

    /// <summary>Opens the page: from now on the student receives. Once per student.</summary>
    public void Start() => running = Task.Run(RunAsync);

    /// <summary>
    /// Sends a message, again and again under the same key, until it is stored. In 04 it goes by the connection that
    /// reads: only who has started can send.
    /// </summary>
    /// <param name="key">Its author's name for it. Null: a new one.</param>
    /// <exception cref="RefusedException">The server does not want it.</exception>
    public async Task SendAsync(string text, string? key = null, CancellationToken stop = default)
    {
        key ??= Guid.NewGuid().ToString("N");
        var wait = shortestRetry;
        while (!await TryAsync(() => SendOnceAsync(text, key, stop), stop))
        {
            await Task.Delay(wait, stop);
            wait = Longer(wait);
        }
        if (technique.Reading == Reading.Reload)
        {
            // The page asks what is new; if that fails, the next reload shows it.
            await TryAsync(() => ReadAsync(cursor, stop), stop);
        }
    }

    /// <summary>Waits until so many messages have been received, history included.</summary>
    public async Task WaitForCountAsync(int count, CancellationToken stop = default)
    {
        while (true)
        {
            Task next;
            lock (gate)
            {
                if (received.Count >= count)
                {
                    return;
                }
                next = changed.Task;
            }
            if (await Task.WhenAny(next, running).WaitAsync(stop) == running)
            {
                await running; // Tells what went wrong, if something did.
                throw new InvalidOperationException($"{name} does not read.");
            }
        }
    }

    /// <summary>Closes the page and every connection. What was received stays to be read.</summary>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        reader.Dispose();
        poster?.Dispose();
    }

    async Task RunAsync()
    {
        while (true)
        {
            if (!await TryAsync(() => TurnAsync(stopping.Token), stopping.Token))
            {
                Reconnecting = true;
                await Task.Delay(retry, stopping.Token);
                retry = Longer(retry);
            }
        }
    }

    /// <summary>A question and the pause after it, or a connection until its end, which is a failure.</summary>
    async Task TurnAsync(CancellationToken stop)
    {
        if (technique.Reading == Reading.LongPoll)
        {
            IsThere();
            await ReadAsync(cursor, stop);
            return;
        }
        if (technique.Reading == Reading.Reload)
        {
            await reader.LoadPageAsync(stop);
        }
        await ReadAsync(technique.Reading == Reading.Reload ? 0 : cursor, stop);
        if (reader is not PollingClient)
        {
            throw new IOException("The connection has ended.");
        }
        await (pause?.Invoke(stop) ?? Task.Delay(PauseOf(technique) * firstPause, stop));
        firstPause = 1;
    }

    async Task ReadAsync(long after, CancellationToken stop)
    {
        await reading.WaitAsync(stop);
        try
        {
            // A browser shows no pings to the page of 04: it does not notice a dead network.
            var longest = technique.Reading == Reading.WebSocket ? Timeout.InfiniteTimeSpan : patience;
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
            limit.CancelAfter(longest);
            await foreach (var one in reader.ReadAsync(after, limit.Token))
            {
                limit.CancelAfter(longest);
                IsThere();
                retry = shortestRetry;
                Take(one);
            }
        }
        finally
        {
            reading.Release();
        }
    }

    async Task SendOnceAsync(string text, string key, CancellationToken stop)
    {
        if (!technique.SendsByPost)
        {
            lock (gate)
            {
                if (knownKeys.Contains((null, name, key)))
                {
                    return; // It is stored, though its connection was lost: the next one has brought it.
                }
            }
            if (Reconnecting || !Connected.IsCompleted)
            {
                throw new IOException("There is no connection.");
            }
        }
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(sendingPatience);
        await (poster ?? reader).SendAsync(text, key, limit.Token);
    }

    /// <summary>False if it failed as a network fails.</summary>
    async Task<bool> TryAsync(Func<Task> action, CancellationToken stop)
    {
        try
        {
            await action();
            return true;
        }
        catch (Exception exception) when (!stop.IsCancellationRequested
            && (ChatClient.IsLoss(exception) || exception is OperationCanceledException))
        {
            return false;
        }
    }

    void IsThere()
    {
        Reconnecting = false;
        connected.TrySetResult();
    }

    void Take(ChatEvent one)
    {
        if (one.Type == "users")
        {
            Users = JsonSerializer.Deserialize<string[]>(one.Json)!;
        }
        var batch = one.ReadMessages();
        ChatMessage[] news;
        lock (gate)
        {
            if (technique.Reading == Reading.Reload)
            {
                batch = [.. batch.Where(message => !knownIds.Contains(message.Id))];
            }
            if (reader is PollingClient)
            {
                Answers++;
                EmptyAnswers += batch.Length == 0 ? 1 : 0;
            }
            else if (one.Type != "open")
            {
                Events++;
            }
            news = [.. batch.Where(IsNew)];
            if (receive is null)
            {
                var now = DateTimeOffset.UtcNow;
                received.AddRange(news.Select(message => new Received(message, now - message.Timestamp)));
            }
            changed.SetResult();
            changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        if (news.Length > 0)
        {
            receive?.Invoke(news);
        }
    }

    bool IsNew(ChatMessage message)
    {
        if (!knownIds.Add(message.Id))
        {
            Duplicates++;
            return false;
        }
        OutOfOrder += message.Id < cursor ? 1 : 0;
        cursor = message.Id;
        // A server that was started anew may store a message anew: under another id, and the same key.
        return message.Key is null || knownKeys.Add((message.Origin, message.User, message.Key));
    }

    static TimeSpan Longer(TimeSpan wait) => wait < 4 * shortestRetry ? 2 * wait : wait;
}
