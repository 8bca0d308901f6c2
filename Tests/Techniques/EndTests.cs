using System.Net;

namespace Tests;

/// <summary>How a wait ends that nobody's message ends: the server stops, or has a fault of its own.</summary>
public sealed class EndTests
{
    const int Clients = 20;

    /// <summary>So long a step waits for its clients here: in class it is half a second.</summary>
    static readonly (string, string)[] settings =
        [("StopSeconds", "20"), ("HoldSeconds", "1000"), ("HeartbeatSeconds", "1000")];

    [Theory, Steps(3)]
    public async Task In_03_each_question_is_answered_when_the_server_stops(int number)
    {
        await using var step = await Step.StartAsync(number, settings);
        using var chat = step.Chat();
        var asking = Enumerable.Range(0, Clients).Select(_ => chat.Http.GetAsync("/messages", Until.Token)).ToArray();
        await chat.HoldsAsync("connections", Clients);
        await step.StopAsync();
        Assert.All(await Task.WhenAll(asking), answer => Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode));
    }

    /// <summary>
    /// While messages wake them all the time: who begins to wait again in that very moment must not be overlooked.
    /// </summary>
    [Theory, Steps(4, 5, 6)]
    public async Task Each_connection_is_ended_in_order_when_the_server_stops(int number)
    {
        for (var round = 0; round < 5; round++)
        {
            await using var step = await Step.StartAsync(number, settings);
            using var chat = step.Chat();
            var ends = Task.WhenAll(Enumerable.Range(0, Clients).Select(i => ReadAsync(chat.As($"Student{i}"))));
            await chat.HoldsAsync("connections", Clients);
            await using var sayer = step.Chat().Follow("Sayer");
            var saying = Record.ExceptionAsync(() => SayAsync(sayer));
            await step.StopAsync();
            await ends; // None was cut off.
            Assert.True(ChatClient.IsLoss((await saying)!));
        }

        static async Task ReadAsync(ChatClient client)
        {
            await foreach (var one in client.ReadAsync(after: 0, Until.Token))
            {
            }
        }

        // Until the server is gone.
        static async Task SayAsync(Follower sayer)
        {
            while (true)
            {
                await sayer.SayAsync("Hello");
            }
        }
    }

    /// <summary>Here its log cannot be written.</summary>
    [Theory, Steps(1, 3, 4, 5, 6)]
    public async Task What_nobody_expected_is_logged_and_answered_with_500(int number)
    {
        await using var step = await Step.StartAsync(number);
        step.Log.ThrowsAt = "Alice: the fault";
        using var chat = step.Chat();
        if (step.Technique.SendsByPost)
        {
            using var request = new Row("POST /messages", 500, """{"user":"Alice","text":"the fault"}""")
                .ToRequest(chat.Server);
            using var answer = await chat.Http.SendAsync(request, Until.Token);
            Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
            Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
            Assert.DoesNotContain("No line for", await answer.Content.ReadAsStringAsync(Until.Token));
        }
        else
        {
            var loss = await Record.ExceptionAsync(() => chat.SayAsync("Alice", "the fault"));
            Assert.True(loss is not null && ChatClient.IsLoss(loss), $"{loss}");
            await chat.HoldsAsync("connections", 0); // The name does not stay.
        }
        await step.Log.ForgiveAsync("No line for: Alice: the fault");
        await chat.SayAsync("Alice", "It goes on");
    }
}
