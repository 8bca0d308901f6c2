using System.Diagnostics;

namespace Classroom;

/// <summary>The receivers of one step, and the sender, which is one of them.</summary>
sealed class FanOut : IAsyncDisposable
{
    /// <summary>A message on its way to everybody.</summary>
    sealed class Delivery
    {
        public readonly SemaphoreSlim Complete = new(0);
        public int Received;
        public double Took;
    }

    /// <summary>What was measured; times to the last receiver in milliseconds.</summary>
    public sealed record Result(
        int Messages, double Seconds, double LastMedian, double Last99, TimeSpan ServerCpu, TimeSpan OwnCpu);

    readonly StepProcess server;
    readonly Student[] students;

    // By id, over and over: far more than are ever in flight.
    readonly Delivery[] deliveries = [.. Enumerable.Range(0, 1024).Select(_ => new Delivery())];
    long wrong;

    FanOut(StepProcess server, int count)
    {
        this.server = server;
        students = [.. Enumerable.Range(1, count).Select(number =>
        {
            var last = 0L;
            return Student.Create(server.Step, server.BaseAddress, $"Student {number}", new()
            {
                Connections = 32,
                Arrived = batch =>
                {
                    foreach (var message in batch)
                    {
                        if (last != 0 && message.Id != last + 1)
                        {
                            Interlocked.Increment(ref wrong);
                        }
                        last = message.Id;
                        Count(message);
                    }
                },
            });
        })];
    }

    /// <summary>Messages that any receiver got in another place than right after the one before.</summary>
    public long Wrong => Interlocked.Read(ref wrong);

    public static async Task<FanOut> SeatAsync(StepProcess server, int students, CancellationToken cancellation)
    {
        var fanOut = new FanOut(server, students);
        foreach (var group in fanOut.students.Chunk(100))
        {
            Array.ForEach(group, student => student.Start());
            await Task.WhenAll(group.Select(student => student.Connected)).WaitAsync(cancellation);
        }
        await Task.Delay(TimeSpan.FromSeconds(1), cancellation); // For the last lists of who is online.
        return fanOut;
    }

    public async Task<Result> RunAsync(int inFlight, TimeSpan time, CancellationToken cancellation)
    {
        var serverCpu = server.CpuTime;
        var ownCpu = Environment.CpuUsage.TotalTime;
        var watch = Stopwatch.StartNew();
        var senders = await Task.WhenAll(Enumerable.Range(0, inFlight).Select(async lane =>
        {
            List<double> took = [];
            while (watch.Elapsed < time)
            {
                var id = await students[0].SendAsync($"Message {took.Count} of lane {lane}", cancellation);
                var delivery = deliveries[id % deliveries.Length];
                if (!await delivery.Complete.WaitAsync(TimeSpan.FromSeconds(10), cancellation))
                {
                    throw new TimeoutException($"{server.Step}: a message did not reach everybody within 10 s.");
                }
                took.Add(delivery.Took);
            }
            return took;
        }));
        var seconds = watch.Elapsed.TotalSeconds;
        List<double> all = [.. senders.SelectMany(took => took).Order()];
        return new(all.Count, seconds, Statistics.Percentile(all, 0.5), Statistics.Percentile(all, 0.99),
            server.CpuTime - serverCpu, Environment.CpuUsage.TotalTime - ownCpu);
    }

    public async ValueTask DisposeAsync() =>
        await Task.WhenAll(students.Select(student => student.DisposeAsync().AsTask()));

    void Count(ChatMessage message)
    {
        var delivery = deliveries[message.Id % deliveries.Length];
        if (Interlocked.Increment(ref delivery.Received) == students.Length)
        {
            delivery.Received = 0;
            delivery.Took = (DateTimeOffset.UtcNow - message.Timestamp).TotalMilliseconds;
            delivery.Complete.Release();
        }
    }
}
