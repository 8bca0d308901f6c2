using Classroom;

namespace Tests;

/// <summary>A student sends a message again, under the same key, until it is stored.</summary>
public sealed class StudentSendingTests
{
    [StepTheory, MemberData(nameof(Steps.DifferentSending), MemberType = typeof(Steps))]
    public async Task A_lost_answer_is_followed_by_the_same_key(string step)
    {
        await using var server = HostedStep.Start(step);
        await using var wire = await Wire.StartAsync(server.BaseAddress);
        await using var student = Student.Create(step, wire.Address, "Alice", Tool.Quick);
        student.Start();
        await student.Connected.WaitAsync(Wait.Patience);
        // Long enough to cut the wire between the storing and the answer.
        wire.Delay = TimeSpan.FromSeconds(1.5);
        var sending = student.SendAsync("Hello");
        await KeyedChat.StatsAsync(server.BaseAddress, "messages", 1);
        wire.Cut();
        wire.Delay = TimeSpan.Zero;
        await sending.WaitAsync(Wait.Patience);
        Assert.NotEqual(0, student.Failures);
        Assert.Equal(1, await KeyedChat.StatsAsync(server.BaseAddress, "messages"));
        // What is said again is another message.
        await student.SendAsync("Hello").WaitAsync(Wait.Patience);
        Assert.Equal(2, await KeyedChat.StatsAsync(server.BaseAddress, "messages"));
    }

    [StepTheory, MemberData(nameof(Steps.DifferentSending), MemberType = typeof(Steps))]
    public async Task A_refused_message_is_not_sent_again(string step)
    {
        await using var server = HostedStep.Start(step);
        await using var student = Student.Create(step, server.BaseAddress, "Alice", Tool.Quick);
        student.Start();
        await student.Connected.WaitAsync(Wait.Patience);
        var refusal = student.SendAsync(" ");
        await Assert.ThrowsAsync<HttpRequestException>(() => refusal.WaitAsync(Wait.Patience));
        await student.SendAsync("Hello").WaitAsync(Wait.Patience);
        Assert.Equal(1, await KeyedChat.StatsAsync(server.BaseAddress, "messages"));
    }

    [StepTheory, MemberData(nameof(Steps.All), MemberType = typeof(Steps))]
    public async Task Through_cuts_every_message_is_stored_once(string step)
    {
        const int Messages = 20;
        await using var server = HostedStep.Start(step);
        await using var wire = await Wire.StartAsync(server.BaseAddress);
        await using var writer = Student.Create(step, wire.Address, "Alice", Tool.Quick);
        await using var reader = Student.Create(step, server.BaseAddress, "Bob", Tool.Quick);
        writer.Start();
        reader.Start();
        var sent = Enumerable.Range(1, Messages).Select(number => $"Message {number}").ToArray();
        var cuts = 0;
        foreach (var text in sent)
        {
            var sending = writer.SendAsync(text);
            // The way there, or the way back: whatever is under way now is lost.
            var before = wire.BytesUp;
            await Wait.UntilAsync(() => wire.BytesUp > before || sending.IsCompleted, $"{text} has left");
            cuts += wire.Cut();
            await reader.WaitForAsync(await sending.WaitAsync(Wait.Patience)).WaitAsync(Wait.Patience);
        }
        Assert.NotEqual(0, cuts);
        Assert.Equal(sent, reader.Received.Select(received => received.Message.Text));
    }
}
