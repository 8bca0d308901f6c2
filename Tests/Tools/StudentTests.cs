using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;

namespace Tests;

/// <summary>What a student counts, and that what it sends is stored once.</summary>
public sealed class StudentTests
{
    static readonly StudentOptions quick = new() { Retry = TimeSpan.FromMilliseconds(50) };

    /// <summary>A page and a question; a question; one that is answered and one that waits; a connection.</summary>
    [Theory, Steps(1, 2, 3, 4, 5, 6)]
    public async Task A_student_counts_what_it_asks_and_what_comes(int number)
    {
        await using var step = await Step.StartAsync(number);
        using var chat = step.Chat();
        await chat.SayAsync("Alice", "Hello");
        using var look = new SemaphoreSlim(0);
        await using var bob = Start(step, step.Address!, quick with { Pause = look.WaitAsync });
        await bob.WaitForCountAsync(1, Until.Token);
        if (number >= 3)
        {
            await chat.HoldsAsync("connections", 1);
        }
        Assert.Equal(new[] { 5, 1, 2, 1, 1, 1 }[number - 1], bob.Requests);
        if (number <= 2)
        {
            look.Release();
            await Until.TrueAsync(() => bob.Answers == 2);
            Assert.Equal((1, number == 1 ? 10 : 2), (bob.EmptyAnswers, bob.Requests));
        }
        if (number >= 4)
        {
            await Until.TrueAsync(() => bob.Users.SequenceEqual(["Bob"]) && bob.Events >= 2);
        }
        Assert.Equal((1, 0, 0, 0), (bob.Received.Count, bob.Failures, bob.Duplicates, bob.OutOfOrder));
    }

    [Fact]
    public async Task A_student_counts_the_holds_of_03_that_brought_nothing()
    {
        await using var step = await Step.StartAsync(3, ("HoldSeconds", "0.1"));
        await using var bob = Start(step, step.Address!, quick);
        await Until.TrueAsync(() => bob.Answers >= 2);
        Assert.InRange(bob.EmptyAnswers, 2, bob.Answers);
        Assert.Empty(bob.Received);
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
        var options = quick with { Pause = _ => Task.CompletedTask };
        await using var bob = new Student(Technique.Of("2"), new(site.Urls.First()), "Bob", options);
        bob.Start();
        await bob.WaitForCountAsync(4, Until.Token);
        Assert.Equal([3, 4, 6, 5], bob.Received.Select(one => one.Message.Id));
        Assert.Equal((1, 1), (bob.Duplicates, bob.OutOfOrder));
    }

    [Theory, Steps(1, 4)]
    public async Task A_message_whose_answer_is_lost_is_sent_again_with_its_key(int number)
    {
        await using var step = await Step.StartAsync(number);
        await using var wire = step.Wire();
        using var chat = step.Chat();
        await using var bob = Start(step, wire.Address, quick with { Pause = StudentOptions.Never });
        await bob.Connected;
        wire.Hold();
        var sending = bob.SendAsync("Hello", stop: Until.Token);
        await chat.HoldsAsync("messages", 1);
        wire.Cut();
        wire.Release();
        await sending;
        Assert.NotEqual(0, bob.Failures);
        await bob.SendAsync("Hello", stop: Until.Token); // The same words again are another message.
        Assert.Equal(2, await chat.CountAsync("messages"));
        await bob.WaitForCountAsync(2, Until.Token);
    }

    [Theory, Steps(1, 4)]
    public async Task A_message_that_is_refused_is_not_sent_again(int number)
    {
        await using var step = await Step.StartAsync(number);
        using var chat = step.Chat();
        await using var bob = Start(step, step.Address!, quick with { Pause = StudentOptions.Never });
        await bob.Connected;
        await Assert.ThrowsAsync<RefusedException>(() => bob.SendAsync(" ", stop: Until.Token));
        await bob.SendAsync("Hello", stop: Until.Token);
        Assert.Equal(1, await chat.CountAsync("messages"));
    }

    static Student Start(Step step, Uri address, StudentOptions options)
    {
        var student = new Student(step.Technique, address, "Bob", options);
        student.Start();
        return student;
    }
}
