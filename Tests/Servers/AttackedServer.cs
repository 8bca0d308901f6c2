using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Classroom;

namespace Tests;

/// <summary>
/// A step that is attacked while Alice and Bob chat on it. Watched all the time: how long each message takes from one to
/// the other, the memory of the process, and its log.
/// </summary>
sealed class HostileServer : IAsyncDisposable
{
    /// <summary>The step's heap has this limit: if anything can make it hold more, it runs out of memory, which its log tells.</summary>
    const long HeapBytes = 300L << 20;

    /// <summary>What a step may occupy at any time: the heap, and 150 MB for the runtime, its code and its stacks (75 MB at the start).</summary>
    const long ResidentBytes = HeapBytes + (150L << 20);

    /// <summary>How long a message may take, from sent to shown, beyond what it takes on a step that nobody attacks.</summary>
    static readonly TimeSpan Delay = TimeSpan.FromSeconds(1);

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    readonly CancellationTokenSource ending = new();
    readonly ConcurrentDictionary<string, bool> complaints = [];
    readonly List<TimeSpan> times = [];
    readonly HttpClient http;
    Task watching = Task.CompletedTask;
    Task chatting = Task.CompletedTask;
    int sockets;

    HostileServer(StepProcess process)
    {
        Process = process;
        http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = process.BaseAddress, Timeout = Patience };
        Alice = Student.Create(process.Step, process.BaseAddress, "Alice");
        Bob = Student.Create(process.Step, process.BaseAddress, "Bob");
    }

    /// <summary>Those that visitors use without another server: 06 is 05 to them, and its webhooks are tested elsewhere.</summary>
    public static string[] Steps { get; } = [.. Repository.Steps().Where(step => string.CompareOrdinal(step, "06") < 0)];

    /// <summary>The steps without one whose server is, byte for byte, that of another: the server of 02 is that of 01.</summary>
    public static string[] Servers { get; } = [.. Steps.DistinctBy(step => File.ReadAllText(Path.Combine(Repository.Root, step, "Program.cs")))];

    public StepProcess Process { get; }

    public string Step => Process.Step;

    public int Port => Process.Port;

    public Student Alice { get; }

    public Student Bob { get; }

    /// <summary>03: a request for messages waits.</summary>
    public bool Waits => Step[1] == '3';

    /// <summary>04: messages go over a WebSocket, both ways.</summary>
    public bool HasSocket => Step[1] == '4';

    /// <summary>05: messages come as a stream of events.</summary>
    public bool HasStream => Step[1] >= '5';

    /// <summary>01 to 03: messages are asked for.</summary>
    public bool Answers => Step[1] <= '3';

    /// <summary>Alice's messages that Bob has.</summary>
    public int Sent { get; private set; }

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
    /// <param name="quiet">Its log has warnings and errors only: for more messages than are worth a line each.</param>
    public static async Task<HostileServer> StartAsync(string step, bool quiet = false)
    {
        var limit = new Dictionary<string, string> { ["DOTNET_GCHeapHardLimit"] = HeapBytes.ToString("X") };
        var server = new HostileServer(await StepProcess.StartAsync(step, arguments: quiet ? ["--Logging:LogLevel:Default=Warning"] : [], environment: limit));
        server.Alice.Start();
        server.Bob.Start();
        await Task.WhenAll(server.Alice.Connected, server.Bob.Connected).WaitAsync(Patience);
        server.watching = Task.Run(server.WatchAsync);
        server.chatting = Task.Run(server.ChatAsync);
        while (server.Sent == 0 && !server.chatting.IsCompleted)
        {
            await Task.Delay(20);
        }
        server.sockets = server.OpenSockets();
        return server;
    }

    public Task<JsonElement> StatsAsync() => http.GetFromJsonAsync<JsonElement>("/stats");

    /// <summary>The messages after an id, as 01 to 03 answer; the newest 1,000 as they come to one who opens the page, in 04 and 05.</summary>
    public async Task<IReadOnlyList<ChatMessage>> MessagesAsync(int count)
    {
        if (Answers)
        {
            return (await http.GetFromJsonAsync<ChatMessage[]>("/messages"))!;
        }
        await using var reader = Student.Create(Step, Process.BaseAddress, "Bob");
        reader.Start();
        await reader.WaitForCountAsync(count).WaitAsync(Patience);
        return [.. reader.Received.Select(one => one.Message)];
    }

    /// <summary>Returns when only Alice and Bob are connected: the step says so, and its sockets are as many as they were.</summary>
    public async Task OnlyTheChatIsLeftAsync()
    {
        for (var deadline = DateTime.UtcNow + Patience; ; await Task.Delay(50))
        {
            var stats = await StatsAsync();
            var open = OpenSockets();
            var left = Waits ? stats.GetProperty("waiting").GetInt32() <= 2
                : Answers || stats.GetProperty("connections").GetInt32() == 2
                    && stats.GetProperty("users").Deserialize<string[]>() is ["Alice", "Bob"];
            if (left && open <= sockets + 4) // Connections of Alice's own HttpClient come and go.
            {
                return;
            }
            if (DateTime.UtcNow > deadline)
            {
                Assert.Fail($"{Step} still has {open} sockets, of which {sockets} were there before, and says {stats}.");
            }
        }
    }

    /// <summary>Returns when a crowd is gone: the sockets are as many as before it came, and none of its names is online.</summary>
    public async Task CrowdIsGoneAsync(int before)
    {
        for (var deadline = DateTime.UtcNow + Patience; ; await Task.Delay(50))
        {
            var stats = await StatsAsync();
            if (OpenSockets() <= before + 4 && !$"{stats}".Contains("Visitor", StringComparison.Ordinal)
                && (!Waits || stats.GetProperty("waiting").GetInt32() <= 2))
            {
                return;
            }
            Assert.True(DateTime.UtcNow < deadline, $"{Step} still has {OpenSockets()} sockets, of which {before} were there before, and says {stats}.");
        }
    }

    /// <summary>Ends the chat, and fails if an attack did any harm.</summary>
    /// <param name="calm">A step with the same chat over the same time and without an attack: how slow this machine is.</param>
    public async Task NothingIsHarmedAsync(HostileServer calm)
    {
        Assert.False(Process.Process.HasExited, $"{Step} is down: {string.Join('\n', Process.Log.TakeLast(20))}");
        await StopChatAsync();
        await chatting; // Tells what went wrong, if something did.
        foreach (var student in new[] { Alice, Bob })
        {
            Assert.True(student.Failures == 0, $"{Step}: {student.Name} lost the connection: {student.LastFailure}");
            Assert.Equal((0, 0), (student.Duplicates, student.OutOfOrder));
        }
        // Ten times: on a machine that is busy with other things, the one that has much to do is late by more than the one that has not.
        Assert.True(Usual <= Delay + 10 * calm.Usual, $"{Step}: messages took {Usual}; on a step without an attack {calm.Usual}.");
        Assert.True(Peak <= ResidentBytes, $"{Step} took {Peak >> 20} MB.");
        Assert.True(complaints.IsEmpty, $"{Step} wrote: {string.Join('\n', complaints.Keys.Take(5))}");
    }

    public async Task StopChatAsync()
    {
        await ending.CancelAsync();
        await Task.WhenAny(chatting);
        await watching;
    }

    public override string ToString() =>
        $"{Step}: {Sent} messages of Alice, 95 of 100 within {Usual.TotalMilliseconds:0} ms, all within {times.Max().TotalMilliseconds:0} ms; {Peak >> 20} MB at most; {Process.CpuTime.TotalSeconds:0.0} s of processor";

    public async ValueTask DisposeAsync()
    {
        await StopChatAsync();
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
            if (Step[1] > '2')
            {
                await Bob.WaitForAsync(id).WaitAsync(Patience);
            }
            else // Nothing comes by itself: Bob asks.
            {
                var news = await http.GetFromJsonAsync<ChatMessage[]>($"/messages?after={id - 1}");
                Assert.True(news!.Length == 1000 || news[0].Id == id, $"Message {id} is not there.");
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
            foreach (var line in Process.Log.Where(IsComplaint))
            {
                complaints[line] = true;
            }
        }
        while (!ending.IsCancellationRequested);
    }

    /// <summary>A line of the log that is not an information. A stack trace, a crash and what the runtime writes are none either.</summary>
    static bool IsComplaint(string line) =>
        !(line.Length > 14 && line.AsSpan(8, 6) is " info:") // 12:34:56 info: …
        && !line.Contains("Kestrel[22]", StringComparison.Ordinal); // Its clock is late: so slow is this machine.

    /// <summary>The sockets that the process has open; where the system does not tell (it is not Linux), 0.</summary>
    public int OpenSockets()
    {
        var folder = $"/proc/{Process.Id}/fd";
        return Directory.Exists(folder) ? Directory.GetFiles(folder).Count(IsSocket) : 0;

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
