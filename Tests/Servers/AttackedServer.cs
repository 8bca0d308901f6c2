using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Classroom;

namespace Tests;

/// <summary>
/// A step that is attacked while Alice and Bob chat on it. Watched all the time: how long each message takes from one
/// to the other, the memory of the process, and its log.
/// </summary>
sealed class AttackedServer : IAsyncDisposable
{
    /// <summary>
    /// The step's heap has this limit: if anything can make it hold more, it runs out of memory, which its log tells.
    /// </summary>
    const long HeapBytes = 300L << 20;

    /// <summary>
    /// What a step may occupy at any time: the heap, and 150 MB for the runtime, its code and its stacks (75 MB at the
    /// start).
    /// </summary>
    const long ResidentBytes = HeapBytes + (150L << 20);

    /// <summary>
    /// How long a message may take, from sent to shown, beyond what it takes on a step that nobody attacks.
    /// </summary>
    static readonly TimeSpan Delay = TimeSpan.FromSeconds(1);

    readonly CancellationTokenSource ending = new();
    readonly ConcurrentDictionary<string, bool> complaints = [];
    readonly List<TimeSpan> times = [];
    readonly HttpClient http;
    Task watching = Task.CompletedTask;
    Task chatting = Task.CompletedTask;
    int sockets;

    AttackedServer(StepProcess process)
    {
        Process = process;
        http = new HttpClient(new SocketsHttpHandler { UseProxy = false })
        {
            BaseAddress = process.BaseAddress,
            Timeout = Wait.Patience,
        };
        Alice = Student.Create(process.Step, process.BaseAddress, "Alice");
        Bob = Student.Create(process.Step, process.BaseAddress, "Bob");
    }

    public StepProcess Process { get; }

    public string Step => Process.Step;

    public int Port => Process.Port;

    public Student Alice { get; }

    public Student Bob { get; }

    public Technique Technique => Technique.Of(Step);

    /// <summary>04: messages go over a WebSocket, both ways.</summary>
    public bool HasSocket => Technique.Reading == Reading.WebSocket;

    /// <summary>05: messages come as a stream of events.</summary>
    public bool HasStream => Technique.Reading == Reading.EventStream;

    /// <summary>03: a request for messages waits.</summary>
    public bool Waits => Technique.Reading == Reading.LongPoll;

    /// <summary>01 and 02: nothing comes unless it is asked for, and nothing waits.</summary>
    public bool AnswersAtOnce => Technique.Reading is Reading.Reload or Reading.ShortPoll;

    /// <summary>01 to 03: messages are asked for.</summary>
    public bool Answers => Waits || AnswersAtOnce;

    /// <summary>Alice's messages that Bob has.</summary>
    public int Sent { get; private set; }

    /// <summary>Messages that a flood has brought.</summary>
    public int Flooded { get; set; }

    /// <summary>The time from Alice's sending to Bob's having it that 95 of 100 messages kept to.</summary>
    public TimeSpan Usual
    {
        get
        {
            lock (times)
            {
                return times.Order().ElementAtOrDefault((times.Count - 1) * 95 / 100);
            }
        }
    }

    /// <summary>The most memory that the process has occupied.</summary>
    public long Peak { get; private set; }

    /// <param name="step">Its folder, or its number.</param>
    public static async Task<AttackedServer> StartAsync(string step)
    {
        // Much is asked of it from the start: what is used often is not compiled twice.
        var limit = new Dictionary<string, string>
        {
            ["DOTNET_GCHeapHardLimit"] = HeapBytes.ToString("X"),
            ["DOTNET_TieredCompilation"] = "0",
        };
        // There are more messages than are worth a line each.
        var process = await StepProcess.StartAsync(
            step, arguments: ["--Logging:LogLevel:Default=Warning"], environment: limit);
        var server = new AttackedServer(process);
        server.Alice.Start();
        server.Bob.Start();
        await Task.WhenAll(server.Alice.Connected, server.Bob.Connected).WaitAsync(Wait.Patience);
        server.watching = Task.Run(server.WatchAsync);
        server.chatting = Task.Run(server.ChatAsync);
        await Wait.UntilAsync(() => server.Sent > 0 || server.chatting.IsCompleted, "the first message");
        server.sockets = server.OpenSockets();
        return server;
    }

    public Task<JsonElement> StatsAsync() => http.GetFromJsonAsync<JsonElement>("/stats");

    /// <summary>The newest 1,000 messages, as they come to one who opens the page.</summary>
    public async Task<IReadOnlyList<ChatMessage>> MessagesAsync()
    {
        if (Answers)
        {
            return (await http.GetFromJsonAsync<ChatMessage[]>("/messages"))!;
        }
        await using var reader = Student.Create(Step, Process.BaseAddress, "Bob");
        reader.Start();
        await reader.WaitForCountAsync(Math.Min(Sent + Flooded, 1000)).WaitAsync(Wait.Patience);
        return [.. reader.Received.Select(received => received.Message)];
    }

    /// <summary>
    /// Returns when only Alice and Bob are left: the step says so, and its sockets are as many as they were.
    /// </summary>
    public Task OnlyTheChatIsLeftAsync() => AreGoneAsync(sockets, OnlyAliceAndBob);

    /// <summary>
    /// Returns when a crowd is gone: the sockets are as many as before it came, and none of it is counted.
    /// </summary>
    public Task CrowdIsGoneAsync(int before) =>
        AreGoneAsync(before, stats => !NamesVisitor(stats) && AtMostTwoWait(stats));

    async Task AreGoneAsync(int before, Func<JsonElement, bool> such)
    {
        var stats = default(JsonElement);
        var open = 0;
        await Wait.UntilAsync(
            async () =>
            {
                stats = await StatsAsync();
                open = OpenSockets();
                return such(stats) && open <= before + 4; // Connections of Alice's own HttpClient come and go.
            },
            () =>
                $"{Step} to forget; it still has {open} sockets, of which {before} were there before, and says " +
                $"{stats}");
    }

    bool OnlyAliceAndBob(JsonElement stats)
    {
        if (!Technique.HasPresence)
        {
            return AtMostTwoWait(stats);
        }
        return stats.GetProperty("connections").GetInt32() == 2
            && stats.GetProperty("users").Deserialize<string[]>() is ["Alice", "Bob"];
    }

    bool AtMostTwoWait(JsonElement stats) => !Waits || stats.GetProperty("connections").GetInt32() <= 2;

    static bool NamesVisitor(JsonElement stats) => $"{stats}".Contains("Visitor", StringComparison.Ordinal);

    /// <summary>Fails if an attack did any harm.</summary>
    /// <param name="calm">A step with the same chat over the same time and without an attack: how slow this machine
    /// is.</param>
    public async Task NothingIsHarmedAsync(AttackedServer calm)
    {
        Assert.False(Process.Process.HasExited, $"{Step} is down: {string.Join('\n', Process.Log.TakeLast(20))}");
        if (chatting.IsCompleted)
        {
            await chatting; // Tells what went wrong.
        }
        Look();
        foreach (var student in new[] { Alice, Bob })
        {
            Assert.True(student.Failures == 0, $"{Step}: {student.Name} lost the connection: {student.LastFailure}");
            Assert.Equal((0, 0), (student.Duplicates, student.OutOfOrder));
        }
        // Ten times: on a machine that is busy with other things, the one that has much to do is late by more than the
        // one that has not.
        Assert.True(
            Usual <= Delay + 10 * calm.Usual,
            $"{Step}: messages took {Usual}; on a step without an attack {calm.Usual}.");
        Assert.True(Peak <= ResidentBytes, $"{Step} took {Peak >> 20} MB.");
        Assert.True(complaints.IsEmpty, $"{Step} wrote: {string.Join('\n', complaints.Keys.Take(5))}");
    }

    public override string ToString() =>
        $"{Step}: {Sent} messages of Alice, 95 of 100 within {Usual.TotalMilliseconds:0} ms; {Peak >> 20} MB at " +
        $"most; {Process.CpuTime.TotalSeconds:0.0} s of processor";

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await Task.WhenAny(chatting);
        await watching;
        await Alice.DisposeAsync();
        await Bob.DisposeAsync();
        http.Dispose();
        await Process.DisposeAsync();
    }

    async Task ChatAsync()
    {
        while (!ending.IsCancellationRequested)
        {
            var started = Stopwatch.GetTimestamp();
            var id = await Alice.SendAsync($"Message {Sent}");
            if (AnswersAtOnce)
            {
                var news = await http.GetFromJsonAsync<ChatMessage[]>($"/messages?after={id - 1}");
                // In a flood 1,000 newer ones may have pushed it out of the log already.
                Assert.True(
                    news!.Any(message => message.Id == id) || (news!.Length > 0 && news![^1].Id - id >= 1000),
                    $"Message {id} is not there.");
            }
            else
            {
                await Bob.WaitForAsync(id).WaitAsync(Wait.Patience);
            }
            lock (times)
            {
                times.Add(Stopwatch.GetElapsedTime(started));
            }
            Sent++;
            await Task.Delay(50, ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    async Task WatchAsync()
    {
        do
        {
            // The log keeps 10,000 lines: looked at this often, it loses none unseen.
            await Task.Delay(250, ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Peak = Math.Max(Peak, Process.ResidentBytes);
            Look();
        }
        while (!ending.IsCancellationRequested);
    }

    void Look()
    {
        foreach (var line in Process.Log.Where(StepLog.IsComplaint))
        {
            complaints[line] = true;
        }
    }

    /// <summary>The sockets that the process has open, as Linux tells.</summary>
    public int OpenSockets()
    {
        return Directory.GetFiles($"/proc/{Process.Id}/fd").Count(IsSocket);

        static bool IsSocket(string descriptor)
        {
            try
            {
                return new FileInfo(descriptor).LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) == true;
            }
            catch (IOException)
            {
                return false; // Closed meanwhile.
            }
        }
    }
}
