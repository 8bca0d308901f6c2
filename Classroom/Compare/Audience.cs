using System.Diagnostics;

namespace Classroom;

/// <summary>The people in the chat of a step: one writes, not through a wire, and others read.</summary>
sealed class Audience(StepSetup setup) : IAsyncDisposable
{
    /// <summary>More at the same time than a server's backlog takes would only fail and try again.</summary>
    const int AtOnce = 100;

    /// <summary>A message that has not arrived after this time is lost.</summary>
    static readonly TimeSpan patience = TimeSpan.FromSeconds(30);

    /// <summary>The readers, and what each waits for before it looks, if not for its clock.</summary>
    readonly List<(Student Student, SemaphoreSlim Look)> readers = [];
    readonly List<string> written = [];
    Student? writer;

    public IEnumerable<Student> Readers => readers.Select(reader => reader.Student);

    public Technique Technique => setup.Technique;

    /// <summary>All that was counted up to now.</summary>
    public Count Count => setup.Count([.. Readers]);

    /// <summary>Lets the writer come, who asks for nothing of his own accord.</summary>
    public async Task OpenAsync(CancellationToken stop)
    {
        var sendTo = Technique.HasWebhooks ? setup.ServerToWrite : null;
        writer = new(Technique, setup.Server, "Writer", Student.Never, sendTo);
        writer.Start();
        await writer.Connected.WaitAsync(stop);
    }

    /// <summary>
    /// Lets readers come, at even distances over a time, so that what each does again and again is spread as evenly.
    /// All have one name: nobody is told then that one more has come.
    /// </summary>
    /// <param name="server">The step, or its wire.</param>
    /// <param name="speed">01 and 02: how many times as fast as usual they ask. Null: they look when told to.</param>
    public async Task SeatAsync(int count, Uri server, double? speed, TimeSpan time, CancellationToken stop)
    {
        var started = Stopwatch.GetTimestamp();
        var pause = Student.PauseOf(Technique);
        for (var i = 0; i < count; i++)
        {
            await UntilAsync(started, time * i / count, stop);
            var look = new SemaphoreSlim(0);
            var student = new Student(
                Technique,
                server,
                "Student",
                stop => speed is null ? look.WaitAsync(stop) : Task.Delay(pause / speed.Value, stop));
            readers.Add((student, look));
            student.Start();
            if (readers.Count % AtOnce == 0)
            {
                await ConnectedAsync(stop);
            }
        }
        await ConnectedAsync(stop);
        await UntilAsync(started, time, stop);
    }

    /// <summary>
    /// Waits until the server has all who are here, each knows who is online, where that is told, and all is silent.
    /// </summary>
    public async Task SettleAsync(CancellationToken stop)
    {
        string[] online = readers.Count > 0 ? ["Student", "Writer"] : ["Writer"];
        await setup.WaitForClientsAsync(readers.Count + 1, stop);
        while (Technique.HasPresence && !Readers.Append(writer!).All(student => student.Users.SequenceEqual(online)))
        {
            await Task.Delay(10, stop);
        }
        await ToldOfWebhooksAsync(stop);
        await setup.WaitUntilSilentAsync(stop);
    }

    /// <summary>06: the server tells its clients of webhooks 250 ms later. Waits until it has.</summary>
    public Task ToldOfWebhooksAsync(CancellationToken stop) => Task.Delay(Technique.HasWebhooks ? 300 : 0, stop);

    /// <summary>Lets the readers go.</summary>
    public async Task LeaveAsync()
    {
        await Task.WhenAll(Readers.Select(student => student.DisposeAsync().AsTask()));
        readers.Clear();
    }

    /// <summary>Writes one message, and returns when it is stored. Those who look when told to are told.</summary>
    /// <param name="reader">Who writes it in the writer's place.</param>
    public async Task WriteAsync(CancellationToken stop, Student? reader = null)
    {
        written.Add($"This is message number {written.Count + 1} to all of you.");
        await (reader ?? writer!).SendAsync(written[^1], stop: stop);
        readers.ForEach(reader => reader.Look.Release());
    }

    /// <summary>Writes messages at even distances over a time.</summary>
    public async Task WriteAsync(int messages, TimeSpan time, CancellationToken stop)
    {
        var started = Stopwatch.GetTimestamp();
        for (var message = 0; message < messages; message++)
        {
            // Not in the middle: a hold of 30 s that begins there would end with the minute.
            await UntilAsync(started, (message + 0.25) * time / messages, stop);
            await WriteAsync(stop);
        }
        await UntilAsync(started, time, stop);
    }

    /// <summary>Waits until each reader has all that was written. Who has not in time has lost something.</summary>
    public async Task ReceiveAsync(CancellationToken stop)
    {
        try
        {
            await Task.WhenAll(Readers.Select(student => student.WaitForCountAsync(written.Count, stop)))
                .WaitAsync(patience, stop);
        }
        catch (TimeoutException)
        {
            // It shows in the mistakes.
        }
    }

    /// <summary>How late each of the newest messages came to those who have it, in milliseconds.</summary>
    public IEnumerable<double[]> Delays(int messages)
    {
        var delays = Readers
            .SelectMany(student => student.Received)
            .ToLookup(received => received.Message.Text, received => received.Delay.TotalMilliseconds);
        return written.TakeLast(messages).Select(text => delays[text].ToArray());
    }

    /// <summary>
    /// How many messages were lost, repeated or out of order, over all readers: each is a fault. They are told apart by
    /// their texts, since in 06 a message has two ids.
    /// </summary>
    public int Faults() => Readers.Sum(student =>
    {
        var texts = student.Received.Select(received => received.Message.Text).ToArray();
        var lost = written.Except(texts).Count();
        var repeated = texts.Length - texts.Distinct().Count();
        return lost + repeated + student.Duplicates + student.OutOfOrder;
    });

    public async ValueTask DisposeAsync()
    {
        await LeaveAsync();
        await (writer?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    Task ConnectedAsync(CancellationToken stop) =>
        Task.WhenAll(Readers.Select(student => student.Connected)).WaitAsync(stop);

    static async Task UntilAsync(long started, TimeSpan time, CancellationToken stop)
    {
        var left = time - Stopwatch.GetElapsedTime(started);
        if (left > TimeSpan.Zero)
        {
            await Task.Delay(left, stop);
        }
    }
}
