extern alias LongPolling;

using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Classroom;
using Server = Tests.StepServer<LongPolling::Program>;

namespace Tests;

/// <summary>03: the server holds a question until it has an answer.</summary>
[Trait("Step", "3")]
public sealed class LongPollingTests
{
    [Fact]
    public async Task A_question_waits_for_its_answer()
    {
        await using var server = new Server();
        var asking = server.Http.GetAsync("/messages?after=0");
        await WaitingAsync(server, 1);
        Assert.False(asking.IsCompleted);
        var stored = await PostAsync(server, "Hello");
        Assert.Equal([stored], await BatchAsync(asking));
        Assert.Equal(0, await WaitingAsync(server));

        // The next question waits again, and what is there already is answered at once.
        asking = server.Http.GetAsync($"/messages?after={stored.Id}");
        await WaitingAsync(server, 1);
        var late = server.Http.GetAsync($"/messages?after={stored.Id - 1}");
        Assert.Equal([stored], await BatchAsync(late));
        Assert.False(asking.IsCompleted);
        var next = await PostAsync(server, "Hello again");
        Assert.Equal([next], await BatchAsync(asking));
    }

    [Fact]
    public async Task Without_news_the_answer_is_204_at_the_end_of_the_hold()
    {
        await using var server = new Server(("HoldSeconds", "0.5"));
        var asked = Stopwatch.GetTimestamp();
        using var answer = await server.Http.GetAsync("/messages?after=0");
        // Timers are exact to a few milliseconds.
        Assert.True(Stopwatch.GetElapsedTime(asked) >= TimeSpan.FromSeconds(0.45), "It did not wait.");
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
        Assert.True(answer.Headers.CacheControl?.NoStore);
        Assert.Equal(0, await WaitingAsync(server));
    }

    [Fact]
    public async Task Who_has_left_is_forgotten()
    {
        await using var server = new Server();
        using var leave = new CancellationTokenSource();
        var leaving = Enumerable.Range(0, 20).Select(
            _ => server.Http.GetAsync("/messages?after=0", leave.Token)).ToArray();
        var staying = server.Http.GetAsync("/messages?after=0");
        await WaitingAsync(server, 21);
        await leave.CancelAsync();
        await WaitingAsync(server, 1);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(leaving));
        var stored = await PostAsync(server, "Hello");
        Assert.Equal([stored], await BatchAsync(staying));
    }

    /// <summary>
    /// A message that comes while a question is being looked at must not be overlooked: its asker would wait for the
    /// next one.
    /// </summary>
    [Fact]
    public async Task Who_asks_in_the_moment_of_a_message_gets_it()
    {
        // Longer than anybody waits here: at the end of a hold the step looks at the log once more.
        await using var server = new Server(("HoldSeconds", "1000"));
        var last = await PostAsync(server, "First");
        for (var round = 0; round < 200; round++)
        {
            Task<HttpResponseMessage>[] Ask(int count) =>
                [.. Enumerable.Range(0, count).Select(_ => server.Http.GetAsync($"/messages?after={last.Id}"))];
            var before = Ask(10);
            var posting = PostAsync(server, $"Message {round}");
            var after = Ask(10);
            var stored = await posting;
            Assert.Equal(last.Id + 1, stored.Id);
            Assert.All(
                await Task.WhenAll(before.Concat(after).Select(BatchAsync)), batch => Assert.Equal([stored], batch));
            last = stored;
        }
    }

    static async Task<ChatMessage> PostAsync(Server server, string text)
    {
        using var response = await server.Http.PostAsJsonAsync("/messages", new { user = "Alice", text });
        return (await response.Content.ReadFromJsonAsync<ChatMessage>())!;
    }

    static async Task<ChatMessage[]> BatchAsync(Task<HttpResponseMessage> asking)
    {
        using var response = await asking;
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return Connection.Batch(await response.Content.ReadFromJsonAsync<JsonElement>());
    }

    static Task<int> WaitingAsync(Server server) => KeyedChat.StatsAsync(server.Address, "connections");

    static Task WaitingAsync(Server server, int count) =>
        KeyedChat.StatsAsync(server.Address, "connections", count);
}
