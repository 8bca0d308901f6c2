using System.Diagnostics;
using System.Net.Http.Json;

namespace Classroom;

/// <summary>
/// One step taught to one class, and measured: rehearsed, seated, writing for a while, idle for a while.
/// </summary>
sealed class Measurement : IAsyncDisposable
{
    /// <summary>
    /// Connections that are made at the same time; more than a server's backlog would only make them fail and try
    /// again.
    /// </summary>
    const int SeatedAtOnce = 100;

    /// <summary>
    /// How often a round of the rehearsal does a thing: the runtime compiles a method anew when it has run 30 times,
    /// twice until it is at its best.
    /// </summary>
    const int Rehearsals = 35;

    /// <summary>Fewer clients' memory would be lost among what the process has free.</summary>
    const int EnoughForMemory = 200;

    /// <summary>
    /// Messages that are written before it counts. In 01 every reload brings them again: as few as do.
    /// </summary>
    const int WarmUpMessages = 5;

    /// <summary>How long a class may take to sit down.</summary>
    static readonly TimeSpan Seating = TimeSpan.FromMinutes(2);

    /// <summary>How long after the last message the last student may receive it: longer than 01's reload.</summary>
    static readonly TimeSpan Drain = TimeSpan.FromSeconds(20);

    readonly string step;
    readonly ClassPlan plan;
    readonly StepSetup setup;
    List<Student> students = [];
    string[] texts = [];
    Memory memory;
    Counters seating;

    Measurement(string step, ClassPlan plan, StepSetup setup) =>
        (this.step, this.plan, this.setup) = (step, plan, setup);

    readonly record struct Counters(long Requests, long Empty, long Events, long Up, long Down)
    {
        public static Counters operator +(Counters a, Counters b) =>
            new(a.Requests + b.Requests, a.Empty + b.Empty, a.Events + b.Events, a.Up + b.Up, a.Down + b.Down);

        public static Counters operator -(Counters a, Counters b) =>
            new(a.Requests - b.Requests, a.Empty - b.Empty, a.Events - b.Events, a.Up - b.Up, a.Down - b.Down);
    }

    readonly record struct Memory(long Before, long Seated, int Clients);

    /// <summary>
    /// Starts the step, and rehearses: without that, a small class would measure how the runtime compiles the server,
    /// and not the technique.
    /// </summary>
    /// <remarks>
    /// Done by each of many guests, round after round, since the runtime compiles what has run often a while later.
    /// </remarks>
    public static async Task<Measurement> StartAsync(string step, ClassPlan plan, CancellationToken cancellation)
    {
        var setup = await StepSetup.StartAsync(step, cancellation);
        try
        {
            using var http = new HttpClient { BaseAddress = setup.ServerToWrite };
            for (var round = 1; round <= 8 && !plan.Cold; round++)
            {
                var guests = await SeatAsync(step, setup.Server, Rehearsals, "Guest", null, cancellation);
                await setup.WaitForClientsAsync(guests.Count, cancellation);
                await LeaveAsync(guests);
                await setup.WaitForClientsAsync(0, cancellation);
                for (var i = 0; i < Rehearsals; i++)
                {
                    // A message that is refused: the class shall find an empty chat.
                    using var refused = await http.PostAsJsonAsync(
                        "/messages", new { user = "Guest", text = "" }, cancellation);
                }
                if (await setup.WaitUntilIdleAsync(cancellation) < TimeSpan.FromMilliseconds(50) && round >= 4)
                {
                    break; // Nothing was compiled in this round.
                }
            }
            return new Measurement(step, plan, setup);
        }
        catch
        {
            await setup.DisposeAsync();
            throw;
        }
    }

    /// <summary>Seats the class, and rehearses with it that messages are written.</summary>
    /// <exception cref="TimeoutException">It did not sit in time.</exception>
    public async Task SeatAsync(CancellationToken cancellation)
    {
        var before = setup.ResidentBytes;
        students = await SeatAsync(step, setup.Address, plan.Students, "Student", setup.AddressToWrite, cancellation);
        await setup.WaitForClientsAsync(plan.Students, cancellation);
        await Task.Delay(TimeSpan.FromSeconds(1), cancellation); // For the last lists of who is online.
        memory = new(before, setup.ResidentBytes, plan.Students);
        seating = Count();
        for (var i = 0; i < WarmUpMessages && !plan.Cold; i++)
        {
            await students[^1].SendAsync("Good morning", cancellation);
            await setup.WaitUntilIdleAsync(cancellation);
        }
    }

    /// <summary>The class writes, at even distances, until everybody has everything.</summary>
    /// <param name="phase">0 to 1: which part of a distance passes before the first message.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<Figures> WriteAsync(double phase, CancellationToken cancellation)
    {
        var distance = TimeSpan.FromSeconds(plan.Seconds) / plan.Messages;
        var before = Count();
        var cpu = setup.CpuTime;
        var started = Stopwatch.GetTimestamp();

        // One student in five writes.
        var writers = students.Where((_, i) => i % 5 == 0).ToArray();
        texts = [.. Enumerable.Range(1, plan.Messages).Select(
            i => $"Message {i} of {plan.Messages}: how soon do you read this?")];
        List<Task> sending = [];
        foreach (var (i, text) in texts.Index())
        {
            await Until((i + phase) * distance);
            sending.Add(writers[i % writers.Length].SendAsync(text, cancellation));
        }
        await Until(plan.Messages * distance);
        var refused = 0;
        foreach (var one in sending)
        {
            try
            {
                await one;
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException or TimeoutException)
            {
                refused++; // It shows as lost, below.
            }
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Drain);
        try
        {
            // The rehearsal's messages are waited for with the others.
            var expected = (plan.Cold ? 0 : WarmUpMessages) + texts.Length - refused;
            await Task.WhenAll(students.Select(student => student.WaitForCountAsync(expected, patience.Token)));
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // What is missing now counts as lost.
        }
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        cpu = setup.CpuTime - cpu;
        var counted = seating + Count() - before;
        var connections = setup.Connections;

        // By text, since a step in which two servers take part may give a message two ids.
        var received = students
            .Select(student => (
                student.Name,
                First: student.Received.DistinctBy(one => one.Message.Text).ToDictionary(one => one.Message.Text)))
            .ToArray();
        var delivered = received.Sum(one => texts.Count(one.First.ContainsKey));
        List<double> delays = [.. received
            .SelectMany(one => texts
                .Where(one.First.ContainsKey)
                .Select(text => one.First[text])
                .Where(got => got.Message.User != one.Name))
            .Select(got => got.Delay.TotalMilliseconds)
            .Order()];
        return Checked(new Figures(
            step, plan.Students, texts.Length, delivered,
            Statistics.Percentile(delays, 0.5), Statistics.Percentile(delays, 0.99), Statistics.Percentile(delays, 1),
            seconds, counted.Requests, seating.Requests, counted.Empty, counted.Events, counted.Up, counted.Down,
            cpu.TotalMilliseconds,
            0, 0, memory.Before, memory.Seated, memory.Clients, connections,
            Lost: texts.Length * students.Count - delivered, 0, 0, 0));

        async Task Until(TimeSpan time)
        {
            if (time - Stopwatch.GetElapsedTime(started) is { Ticks: > 0 } wait)
            {
                await Task.Delay(wait, cancellation);
            }
        }
    }

    /// <summary>
    /// The class sits idle: after it has written, so that all that the server does for idle clients has been done
    /// before.
    /// </summary>
    public async Task<Figures> IdleAsync(Figures figures, CancellationToken cancellation)
    {
        var before = setup.CpuTime;
        await Task.Delay(TimeSpan.FromSeconds(plan.Idle), cancellation);
        return Checked(figures) with { IdleSeconds = plan.Idle, IdleCpu = (setup.CpuTime - before).TotalMilliseconds };
    }

    /// <summary>
    /// What should not happen, up to now: also what comes too late, or again, after everybody has had everything.
    /// </summary>
    Figures Checked(Figures figures) => figures with
    {
        Duplicated = students.Sum(student => student.Duplicates
            + student.Received.Select(one => one.Message.Text).Where(texts.Contains).CountBy(text => text).Sum(
                text => text.Value - 1)),
        Disordered = students.Sum(student => student.OutOfOrder),
        Failures = students.Sum(student => student.Failures),
    };

    /// <summary>Whether the class is too small to see what it costs in memory, and a crowd is wanted.</summary>
    public bool NeedsCrowd => plan.Crowd > 0 && plan.Students < EnoughForMemory;

    /// <summary>
    /// Where the class is too small to see what it costs in memory, a larger crowd comes in for a moment. Last, since
    /// it disturbs.
    /// </summary>
    public async Task<Figures> CrowdAsync(Figures figures, CancellationToken cancellation)
    {
        if (!NeedsCrowd)
        {
            return figures;
        }
        var before = setup.ResidentBytes;
        var crowd = await SeatAsync(step, setup.Server, plan.Crowd, "Visitor", null, cancellation);
        try
        {
            await setup.WaitForClientsAsync(plan.Students + plan.Crowd, cancellation);
            await Task.Delay(TimeSpan.FromSeconds(1), cancellation);
            return figures with
            {
                MemoryBefore = before,
                MemorySeated = setup.ResidentBytes,
                MemoryClients = plan.Crowd,
            };
        }
        finally
        {
            await LeaveAsync(crowd);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await LeaveAsync(students);
        await setup.DisposeAsync();
    }

    static async Task<List<Student>> SeatAsync(
        string step, Uri server, int count, string name, Uri? sendTo, CancellationToken cancellation)
    {
        List<Student> seated = [];
        var started = Stopwatch.GetTimestamp();
        try
        {
            foreach (var group in Enumerable.Range(1, count).Chunk(SeatedAtOnce))
            {
                var newcomers = group.Select(
                    number => Student.Create(step, server, $"{name} {number}", new() { SendTo = sendTo })).ToArray();
                seated.AddRange(newcomers);
                Array.ForEach(newcomers, student => student.Start());
                var left = Seating - Stopwatch.GetElapsedTime(started);
                try
                {
                    await Task.WhenAll(newcomers.Select(student => student.Connected))
                        .WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, cancellation);
                }
                catch (TimeoutException)
                {
                    throw new TimeoutException(
                        $"{step}: {seated.Count(student => student.Connected.IsCompleted)} of {count} students sat "
                        + $"within {Seating.TotalMinutes} minutes; this machine is too slow, or too busy, for more");
                }
            }
            return seated;
        }
        catch
        {
            await LeaveAsync(seated);
            throw;
        }
    }

    static Task LeaveAsync(List<Student> students) =>
        Task.WhenAll(students.Select(student => student.DisposeAsync().AsTask()));

    Counters Count() => new(
        students.Sum(student => student.Requests),
        students.Sum(student => student.EmptyAnswers),
        students.Sum(student => student.Events),
        setup.BytesUp, setup.BytesDown);
}
