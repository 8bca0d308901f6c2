using System.Net;
using System.Net.Sockets;
using Classroom;
using Microsoft.AspNetCore.Builder;

namespace Tests;

/// <summary>The steps as processes, and what the students count.</summary>
public sealed class StudentTests
{
    [StepTheory, MemberData(nameof(Steps.All), MemberType = typeof(Steps))]
    public async Task A_student_counts_requests_empty_answers_and_events(string name)
    {
        await using var step = HostedStep.Start(name, ("HoldSeconds", "0.3"));
        await using var alice = Student.Create(name, step.BaseAddress, "Alice", Tool.Quick);
        alice.Start();
        await alice.Connected.WaitAsync(Wait.Patience);
        await alice.WaitForAsync(await alice.SendAsync("Hello")).WaitAsync(Wait.Patience);
        var technique = Technique.Of(name);
        if (technique.Reading is Reading.WebSocket or Reading.EventStream)
        {
            Assert.Equal(technique.SendsByPost ? 2 : 1, alice.Requests);
            Assert.True(alice.Events >= 2);
            Assert.Equal(0, alice.EmptyAnswers);
        }
        else
        {
            await Wait.UntilAsync(() => alice.EmptyAnswers >= 2, "two empty answers");
            Assert.True(alice.Requests >= alice.EmptyAnswers + 2);
            Assert.Equal(0, alice.Events);
        }
        await alice.StopAsync();
        Assert.Equal(0, alice.Failures);
        Assert.Equal((1, 0, 0, 0L), (alice.Ids.Count, alice.Duplicates, alice.OutOfOrder, alice.Gaps));
    }

    [Fact]
    public async Task A_student_says_what_is_wrong_with_a_server()
    {
        var batches = new Queue<long[]>([[3, 4], [4, 6], [5]]);
        await using var server = await StubServer.StartAsync(site => site.MapGet("/messages", () =>
            batches.TryDequeue(out var ids)
                ? ids.Select(id => new ChatMessage(id, "Alice", $"{id}", DateTimeOffset.UtcNow))
                : []));
        await using var student = Student.Create(Steps.Folder(2), server.Address, "Bob", Tool.Quick);
        student.Start();
        await student.WaitForCountAsync(4).WaitAsync(Wait.Patience);
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
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => StepProcess.StartAsync("2", cancellation: new(canceled: true)));
        Assert.Throws<ArgumentException>(() => Student.Create("99", new("http://127.0.0.1"), "Bob"));
    }
}
