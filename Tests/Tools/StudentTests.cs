using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;

namespace Tests;

/// <summary>What a student counts, and that what it sends is stored once.</summary>
public sealed class StudentTests
{
    /// <summary>What a page of 01 shows again, an empty answer of 02, and a hold of 03 that brought nothing.</summary>
    [Theory, Steps(1, 2, 3)]
    public async Task A_student_counts_the_answers_that_brought_nothing(int number)
    {
        await using var step = await Step.StartAsync(number, ("HoldSeconds", "0.1"));
        using var chat = step.Chat();
        await chat.SayAsync("Alice", "Hello");
        await using var bob = Start(step, step.Address!, _ => Task.CompletedTask);
        await Until.TrueAsync(() => bob.EmptyAnswers >= 2);
        await bob.DisposeAsync();
        Assert.Equal((1, 1), (bob.Received.Count, bob.Answers - bob.EmptyAnswers));
        Assert.Equal((0, 0), (bob.Duplicates, bob.OutOfOrder));
    }

    [Fact]
    public async Task A_student_says_what_is_wrong_with_a_server()
    {
        var batches = new Queue<long[]>([[3, 4], [4, 6], [5]]);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using var site = builder.Build();
        site.Urls.Add("http://127.0.0.1:0");
        site.MapGet("/messages", () => batches.TryDequeue(out var ids)
            ? ids.Select(id => new { id, user = "Alice", text = $"{id}", timestamp = DateTimeOffset.UtcNow })
            : []);
        await site.StartAsync(Until.Token);
        await using var bob = new Student(Technique.Of("2"), new(site.Urls.First()), "Bob", _ => Task.CompletedTask);
        bob.Start();
        await bob.WaitForCountAsync(4, Until.Token);
        Assert.Equal([3, 4, 6, 5], bob.Received.Select(one => one.Message.Id));
        Assert.Equal((1, 1), (bob.Duplicates, bob.OutOfOrder));
    }

    [Theory, InlineData(1), InlineData(4)]
    public async Task A_message_whose_answer_is_lost_is_sent_again_with_its_key(int number)
    {
        await using var step = await Step.StartAsync(number);
        await using var wire = step.Wire();
        using var chat = step.Chat();
        await using var bob = Start(step, wire.Address, Student.Never);
        await bob.Connected;
        wire.Hold();
        var sending = bob.SendAsync("Hello", stop: Until.Token);
        await chat.HoldsAsync("messages", 1);
        wire.Cut();
        wire.Release();
        await sending;
        await bob.SendAsync("Hello", stop: Until.Token); // The same words again are another message.
        Assert.Equal(2, await chat.CountAsync("messages"));
        await bob.WaitForCountAsync(2, Until.Token);
    }

    static Student Start(Step step, Uri address, Func<CancellationToken, Task> pause)
    {
        var student = new Student(step.Technique, address, "Bob", pause);
        student.Start();
        return student;
    }
}
