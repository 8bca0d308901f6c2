using System.Net;
using System.Net.Sockets;
using Classroom;

namespace Tests;

/// <summary>The steps as processes, and the students: each sees what was sent exactly once and in order, whatever happens on the way.</summary>
public sealed class ClassroomStudentTests
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    static readonly StudentOptions Quick = new()
    {
        FirstRetry = TimeSpan.FromMilliseconds(50),
        LongestRetry = TimeSpan.FromMilliseconds(200),
        Reload = TimeSpan.FromMilliseconds(200),
        Poll = TimeSpan.FromMilliseconds(100),
    };

    public static TheoryData<string> Steps => [.. Repository.Steps()];

    [Theory, MemberData(nameof(Steps))]
    public async Task A_student_sees_everything_once_and_in_order_through_cuts_delays_and_restarts(string name)
    {
        await using var step = await StepProcess.StartAsync(name);
        await using var wire = await Wire.StartAsync(step.BaseAddress);
        await using var writer = Student.Create(name, step.BaseAddress, "Alice", Quick); // Not through the wire.
        await using var early = Student.Create(name, wire.Address, "Bob", Quick);
        await using var late = Student.Create(name, wire.Address, "Student 2", Quick);
        List<long> sent = [];
        writer.Start();
        early.Start();
        await Task.WhenAll(writer.Connected, early.Connected).WaitAsync(Patience);

        await WriteAsync(5);
        await CaughtUpAsync(early);
        Assert.All(early.Received, one => Assert.False(one.History));
        Assert.All(early.Received, one => Assert.InRange(one.Delay, TimeSpan.FromTicks(1), Patience));
        late.Start();
        await CaughtUpAsync(late);
        Assert.All(late.Received, one => Assert.True(one.History));

        wire.Cut();
        await WriteAsync(3);
        wire.Delay = TimeSpan.FromMilliseconds(50);
        await WriteAsync(3);
        wire.Cut();
        await WriteAsync(3);
        var refusing = wire.Refuse(TimeSpan.FromMilliseconds(200));
        wire.Cut();
        await WriteAsync(3);
        await refusing;
        wire.Delay = TimeSpan.Zero;
        var freezing = wire.Freeze(TimeSpan.FromMilliseconds(200));
        await WriteAsync(3);
        await freezing;
        await CaughtUpAsync(early, late, writer); // The messages live and die with the process.

        await step.RestartAsync(kill: name is "03-LongPolling" or "04-WebSockets");
        await WriteAsync(3);
        await CaughtUpAsync(early, late, writer);
        Assert.True(early.Failures > 0, "The faults were not felt.");
        foreach (var student in new[] { early, late })
        {
            Assert.Equal(sent, student.Ids);
            Assert.Equal(sent[^1], student.Cursor);
            Assert.Equal((0, 0), (student.Duplicates, student.OutOfOrder));
        }
        Assert.DoesNotContain(step.Log, line => line.StartsWith("   at ", StringComparison.Ordinal));

        async Task WriteAsync(int count)
        {
            for (var i = 0; i < count; i++)
            {
                sent.Add(await SendAsync(writer, $"Message {sent.Count}"));
            }
        }

        async Task CaughtUpAsync(params Student[] students)
        {
            await Task.WhenAll(students.Select(student => student.WaitForAsync(sent[^1]))).WaitAsync(Patience);
            Assert.All(students, student => Assert.Empty(student.Lost(sent)));
        }
    }

    [Theory, MemberData(nameof(Steps))]
    public async Task A_student_counts_requests_empty_answers_and_events(string name)
    {
        await using var step = await StepProcess.StartAsync(name, arguments: ["--HoldSeconds=0.3"]);
        await using var alice = Student.Create(name, step.BaseAddress, "Alice", Quick);
        alice.Start();
        await alice.Connected.WaitAsync(Patience);
        await alice.WaitForAsync(await SendAsync(alice, "Hello"));
        var technique = name[..2];
        if (technique is "04" or "05" or "06")
        {
            Assert.Equal(technique == "04" ? 1 : 2, alice.Requests);
            Assert.True(alice.Events >= 2);
            Assert.Equal(0, alice.EmptyAnswers);
        }
        else
        {
            while (alice.EmptyAnswers < 2)
            {
                await Task.Delay(20);
            }
            Assert.True(alice.Requests >= alice.EmptyAnswers + 2);
            Assert.Equal(0, alice.Events);
        }
        await alice.StopAsync();
        Assert.Equal(0, alice.Failures);
        Assert.Equal((1, 0, 0, 0L), (alice.Ids.Count, alice.Duplicates, alice.OutOfOrder, alice.Gaps));
        Assert.Equal([alice.Cursor + 1], alice.Lost([alice.Cursor, alice.Cursor + 1]));
    }

    [Fact]
    public async Task A_student_says_what_is_wrong_with_a_server()
    {
        await using var server = new Script();
        await using var student = Student.Create("02", server.Address, "Bob", Quick);
        server.Batches = [[3, 4], [4, 6], [5]];
        student.Start();
        await student.WaitForCountAsync(4).WaitAsync(Patience);
        await student.StopAsync();
        Assert.Equal([3, 4, 6, 5], student.Ids);
        Assert.Equal((1, 1, 1L), (student.Duplicates, student.OutOfOrder, student.Gaps));
    }

    [Fact]
    public async Task A_step_is_started_measured_stopped_killed_and_started_again()
    {
        var step = await StepProcess.StartAsync("2");
        Assert.Equal("02-ShortPolling", step.Step);
        Assert.Equal(step.BaseAddress, new Uri($"http://127.0.0.1:{step.Port}"));
        Assert.Contains(step.Log, line => line.Contains("Now listening on", StringComparison.Ordinal));
        Assert.InRange(step.ResidentBytes, 10_000_000, 500_000_000);
        var used = step.CpuTime;
        Assert.InRange(used, TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(20));
        using var http = new HttpClient { BaseAddress = step.BaseAddress };
        Assert.Equal("[]", await http.GetStringAsync("/messages"));
        Assert.True(step.CpuTime > used);

        var process = step.Id;
        Assert.True(await step.StopAsync() > TimeSpan.Zero);
        Assert.True(step.Process.HasExited);
        Assert.Equal(0, step.Process.ExitCode);
        Assert.Equal(TimeSpan.Zero, await step.StopAsync());
        Assert.Equal(0, step.ResidentBytes);
        Assert.True(step.CpuTime >= used);

        await step.RestartAsync();
        Assert.NotEqual(process, step.Id);
        Assert.Equal("[]", await http.GetStringAsync("/messages"));
        step.Kill();
        Assert.True(step.Process.HasExited);
        await step.RestartAsync(kill: true);
        Assert.Equal("[]", await http.GetStringAsync("/messages"));

        await step.DisposeAsync();
        await step.DisposeAsync();
        using var taken = new TcpListener(IPAddress.Loopback, step.Port);
        taken.Start();
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => StepProcess.StartAsync("2", step.Port));
        Assert.Contains($"{step.Port}", failure.Message);
    }

    [Fact]
    public async Task What_cannot_be_started_is_an_error()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => StepProcess.StartAsync("99"));
        await Assert.ThrowsAsync<FileNotFoundException>(() => StepProcess.StartAsync("2", configuration: "Imaginary"));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => StepProcess.StartAsync("2", cancellation: new(canceled: true)));
        Assert.Throws<ArgumentException>(() => Student.Create("99", new("http://127.0.0.1"), "Bob"));
    }

    /// <summary>Sends as often as it takes to come through: a page that comes back after a restart cannot send at once.</summary>
    internal static async Task<long> SendAsync(Student student, string text)
    {
        for (var deadline = DateTime.UtcNow + Patience; ; await Task.Delay(20))
        {
            try
            {
                return await student.SendAsync(text);
            }
            catch (Exception exception) when (exception is IOException or HttpRequestException && DateTime.UtcNow < deadline)
            {
                // Not connected yet.
            }
        }
    }

    /// <summary>A server of 02 that answers with given ids, whatever it is asked.</summary>
    sealed class Script : IAsyncDisposable
    {
        readonly HttpListener listener = new();
        readonly Task serving;
        int answered;

        public Script()
        {
            // A port that is free for HttpListener, which has no port 0.
            var probe = new TcpListener(IPAddress.Loopback, 0);
            probe.Start();
            Address = new Uri($"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}/");
            probe.Stop();
            listener.Prefixes.Add(Address.ToString());
            listener.Start();
            serving = ServeAsync();
        }

        public Uri Address { get; }

        public long[][] Batches { get; set; } = [];

        public async ValueTask DisposeAsync()
        {
            listener.Stop();
            await serving;
        }

        async Task ServeAsync()
        {
            while (true)
            {
                HttpListenerContext context;
                try
                {
                    context = await listener.GetContextAsync();
                }
                catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
                {
                    return;
                }
                var batch = answered < Batches.Length ? Batches[answered++] : [];
                var json = string.Join(",", batch.Select(id => $$"""{"id":{{id}},"user":"Alice","text":"{{id}}","timestamp":"{{DateTime.UtcNow:O}}"}"""));
                context.Response.Close(System.Text.Encoding.UTF8.GetBytes($"[{json}]"), willBlock: false);
            }
        }
    }
}
