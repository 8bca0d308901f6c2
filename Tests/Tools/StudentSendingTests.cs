using System.Collections.Concurrent;
using System.Net;
using System.Net.WebSockets;
using System.Text.Json;
using Classroom;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Tests;

/// <summary>A student sends a message again, under the same key, until it is stored.</summary>
public sealed class StudentSendingTests
{
    [Theory]
    [InlineData("02")]
    [InlineData("04")]
    public async Task A_lost_answer_is_followed_by_the_same_key(string step)
    {
        await using var server = await ForgetfulServer.StartAsync(lostAnswers: 2);
        await using var student = Student.Create(step, server.Address, "Alice", Tool.Quick);
        student.Start();
        var id = await student.SendAsync("Hello").WaitAsync(Wait.Patience);
        Assert.Equal(1, id);
        Assert.Equal(3, server.Keys.Count);
        Assert.NotEqual("", Assert.Single(server.Keys.Distinct()));
        await student.SendAsync("Hello").WaitAsync(Wait.Patience);
        Assert.Equal(2, server.Keys.Distinct().Count());
    }

    [Theory]
    [InlineData("02")]
    [InlineData("04")]
    public async Task A_refused_message_is_not_sent_again(string step)
    {
        await using var server = await ForgetfulServer.StartAsync(lostAnswers: 0);
        await using var student = Student.Create(step, server.Address, "Alice", Tool.Quick);
        student.Start();
        await student.Connected.WaitAsync(Wait.Patience);
        var refusal = student.SendAsync(ForgetfulServer.Refused);
        await Assert.ThrowsAsync<HttpRequestException>(() => refusal.WaitAsync(Wait.Patience));
        Assert.Single(server.Keys);
    }

    [StepTheory, MemberData(nameof(Steps.All), MemberType = typeof(Steps))]
    public async Task Through_cuts_every_message_is_stored_once(string step)
    {
        const int Messages = 30;
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

    /// <summary>Takes messages by POST and by WebSocket, and answers the first ones not at all: it hangs up.</summary>
    sealed class ForgetfulServer : IAsyncDisposable
    {
        public const string Refused = "refused";

        int lostAnswers;
        StubServer server = null!; // StartAsync sets it.

        public Uri Address => server.Address;

        public ConcurrentQueue<string> Keys { get; } = [];

        public static async Task<ForgetfulServer> StartAsync(int lostAnswers)
        {
            var forgetful = new ForgetfulServer { lostAnswers = lostAnswers };
            forgetful.server = await StubServer.StartAsync(site =>
            {
                site.UseWebSockets();
                site.MapGet("/messages", () => Results.Json(Array.Empty<object>()));
                site.MapPost("/messages", forgetful.Post);
                site.Map("/ws", forgetful.ServeAsync);
            });
            return forgetful;
        }

        public ValueTask DisposeAsync() => server.DisposeAsync();

        IResult Post(HttpContext context, Sent message)
        {
            if (message.Text == Refused)
            {
                IsAnswered(message);
                return Results.BadRequest();
            }
            if (!IsAnswered(message))
            {
                context.Abort();
            }
            return Results.Json(Stored(message), statusCode: (int)HttpStatusCode.Created);
        }

        async Task ServeAsync(HttpContext context)
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            var buffer = new byte[4096];
            while (true)
            {
                var received = await socket.ReceiveAsync(buffer, context.RequestAborted);
                if (received.MessageType == WebSocketMessageType.Close)
                {
                    return;
                }
                var message = JsonSerializer.Deserialize<Sent>(
                    buffer.AsSpan(0, received.Count), JsonSerializerOptions.Web)!;
                var isAnswered = IsAnswered(message);
                if (message.Text == Refused)
                {
                    await socket.CloseAsync(WebSocketCloseStatus.PolicyViolation, "Refused.", default);
                    return;
                }
                if (!isAnswered)
                {
                    socket.Abort();
                    return;
                }
                var frame = new { type = "messages", messages = new[] { Stored(message) } };
                await socket.SendAsync(
                    JsonSerializer.SerializeToUtf8Bytes(frame, JsonSerializerOptions.Web),
                    WebSocketMessageType.Text, endOfMessage: true, context.RequestAborted);
            }
        }

        bool IsAnswered(Sent message)
        {
            Keys.Enqueue(message.Key);
            return Interlocked.Decrement(ref lostAnswers) < 0;
        }

        object Stored(Sent message)
        {
            var id = Keys.Distinct().Count();
            return new { id, user = "Alice", text = message.Text, timestamp = DateTime.UtcNow, key = message.Key };
        }

        sealed record Sent(string Text, string Key);
    }
}
