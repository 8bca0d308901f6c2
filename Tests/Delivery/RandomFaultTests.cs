using System.Diagnostics;
using Classroom;
using Xunit.Abstractions;

namespace Tests;

/// <summary>
/// The network breaks in every way, in random order, for a while: every client ends with every message once, in order.
/// </summary>
public sealed class RandomFaultTests(ITestOutputHelper output)
{
    static readonly StudentOptions Quick = new()
    {
        FirstRetry = TimeSpan.FromMilliseconds(100),
        LongestRetry = TimeSpan.FromMilliseconds(400),
    };

    public static TheoryData<string> Pushing =>
        [.. Technique.All.Where(technique => technique.Number is 3 or 4 or 5).Select(technique => technique.Folder)];

    [StepTheory, MemberData(nameof(Pushing))]
    public async Task Random_faults_for_6_seconds_lose_nothing_and_repeat_nothing(string step)
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"The seed is {seed}.");
        output.WriteLine(
            await AtOnce.RunAsync(step, each => BreakAsync(each, new Random(seed), TimeSpan.FromSeconds(6))));
    }

    static async Task<string> BreakAsync(string name, Random random, TimeSpan time)
    {
        await using var step = await StepProcess.StartAsync(name);
        await using var wire = await Wire.StartAsync(step.BaseAddress);
        await using var writer = Student.Create(name, step.BaseAddress, "Alice", Quick); // Not through the wire.
        writer.Start();
        var students = Enumerable.Range(1, 3).Select(
            i => Student.Create(name, wire.Address, $"Student {i}", Quick)).ToArray();
        foreach (var student in students)
        {
            student.Start();
        }

        // The writer goes on all the time, but for while the server is started anew: what nobody has fetched dies with
        // it.
        List<long> sent = [await writer.SendAsync("Message 0")];
        var pauses = new Random(random.Next());
        using var pen = new SemaphoreSlim(1);
        using var enough = new CancellationTokenSource();
        var writing = Task.Run(async () =>
        {
            while (!enough.IsCancellationRequested)
            {
                await pen.WaitAsync();
                try
                {
                    sent.Add(await writer.SendAsync($"Message {sent.Count}"));
                }
                finally
                {
                    pen.Release();
                }
                await Task.Delay(pauses.Next(50));
            }
        });

        var faults = "";
        var refusing = Task.CompletedTask;
        var freezing = Task.CompletedTask;
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < time && !writing.IsFaulted)
        {
            var fault = "ccrrddffs"[random.Next(9)]; // A restart takes the most time of all.
            faults += fault;
            switch (fault)
            {
                case 'c':
                    wire.Cut();
                    break;
                case 'r':
                    refusing = wire.Refuse(TimeSpan.FromMilliseconds(random.Next(1_000)));
                    break;
                case 'd':
                    wire.Delay = TimeSpan.FromMilliseconds(random.Next(2) * random.Next(300));
                    break;
                case 'f':
                    freezing = wire.Freeze(TimeSpan.FromMilliseconds(random.Next(1_000)));
                    break;
                case 's':
                    // If the writer has failed, it has given the pen back: its failure is told at the end.
                    await pen.WaitAsync();
                    try
                    {
                        await CaughtUpAsync();
                        await step.RestartAsync(kill: random.Next(2) == 0);
                    }
                    finally
                    {
                        pen.Release();
                    }
                    break;
            }
            await Task.Delay(random.Next(600));
        }
        await enough.CancelAsync();
        await writing.WaitAsync(Wait.Patience);
        await Task.WhenAll(refusing, freezing);
        await CaughtUpAsync();

        Assert.All(students, student => Assert.Equal(sent, student.Ids));
        Assert.All(students, student => Assert.Equal((0, 0), (student.Duplicates, student.OutOfOrder)));
        StepLog.AssertQuiet(step);
        foreach (var student in students)
        {
            await student.DisposeAsync();
        }
        var felt = students.Sum(student => student.Failures);
        return $"{sent.Count} messages to {students.Length} students through {faults}; {felt} failures";

        async Task CaughtUpAsync()
        {
            var all = Task.WhenAll(students.Select(student => student.WaitForAsync(sent[^1])));
            try
            {
                await all.WaitAsync(Wait.Patience);
            }
            catch (TimeoutException)
            {
                Assert.Fail($"{name} after {faults}: " + string.Join("; ", students.Select(student =>
                    $"{student.Name} lacks {sent.Except(student.Ids).Count()} of {sent.Count}, {student.Failures} " +
                    $"failures, the last: {student.LastFailure}")));
            }
        }
    }
}
