using System.Diagnostics;
using System.Net;

namespace Tests;

/// <summary>03: the server holds a question until it has an answer.</summary>
public sealed class LongPollingTests
{
    [Theory, Steps(3)]
    public async Task Without_news_the_answer_is_204_and_not_before_the_end_of_the_hold(int number)
    {
        await using var step = await Step.StartAsync(number, ("HoldSeconds", "0.5"));
        using var chat = step.Chat();
        var asked = Stopwatch.GetTimestamp();
        using var answer = await chat.Http.GetAsync("/messages?after=0", Until.Token);
        // Timers are exact to a few milliseconds.
        Assert.InRange(Stopwatch.GetElapsedTime(asked).TotalSeconds, 0.45, double.MaxValue);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
    }

    [Theory, Steps(3)]
    public async Task Who_has_left_is_forgotten(int number)
    {
        await using var step = await Step.StartAsync(number, ("HoldSeconds", "1000"));
        using var chat = step.Chat();
        var leaving = step.Chat();
        var left = Enumerable.Range(0, 20).Select(_ => AskAsync(leaving, after: 0)).ToArray();
        var staying = AskAsync(chat, after: 0);
        await chat.HoldsAsync("connections", 21);
        leaving.Dispose();
        await chat.HoldsAsync("connections", 1);
        Assert.NotNull(await Record.ExceptionAsync(() => Task.WhenAll(left)));
        var stored = await chat.SayAsync("Alice", "Hello");
        Assert.Equal([stored], await staying);
    }

    /// <summary>
    /// A message that comes while a question is being looked at must not be overlooked: its asker would wait for the
    /// next one. Whichever of the two is first; and it is a race, so it is run again and again.
    /// </summary>
    [Theory, Steps(3)]
    public async Task Who_asks_in_the_moment_of_a_message_gets_it(int number)
    {
        await using var step = await Step.StartAsync(number, ("HoldSeconds", "1000"));
        using var chat = step.Chat();
        var last = await chat.SayAsync("Alice", "First");
        for (var round = 0; round < 200; round++)
        {
            Task<ChatMessage[]>[] Ask() => [.. Enumerable.Range(0, 10).Select(_ => AskAsync(chat, last.Id))];
            var before = Ask();
            var saying = chat.SayAsync("Alice", $"Message {round}");
            var after = Ask();
            var stored = await saying;
            var answers = Task.WhenAll(before.Concat(after));
            await Until.DoneAsync(answers, $"round {round}");
            Assert.All(await answers, batch => Assert.Equal([stored], batch));
            last = stored;
        }
    }

    static async Task<ChatMessage[]> AskAsync(Chat chat, long after) =>
        ChatMessage.ParseBatch(await chat.Http.GetByteArrayAsync($"/messages?after={after}", Until.Token));
}
