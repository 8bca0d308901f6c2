using System.Net;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text.Json;
using Classroom;

namespace Tests;

/// <summary>
/// Sends with a key and reads back, whatever the technique of a step. Each call has a connection of its own: there is
/// nothing that could break between two calls.
/// </summary>
static class KeyedChat
{
    static readonly HttpClient http = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.Zero })
    {
        Timeout = Wait.Patience,
    };

    /// <summary>Sends a message, and returns it as it is stored.</summary>
    public static async Task<ChatMessage> SendAsync(string step, Uri server, string text, string? key = null)
    {
        if (Technique.Of(step).SendsByPost)
        {
            object sent = key is null ? new { user = "Alice", text } : new { user = "Alice", text, key };
            using var answer = await http.PostAsJsonAsync(new Uri(server, "/messages"), sent);
            Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
            return (await answer.Content.ReadFromJsonAsync<ChatMessage>())!;
        }
        await SendFramesAsync(server, [text], key);
        await using var reader = await OpenAsync(step, server, "Reader");
        while (true)
        {
            var found = (await reader.BatchAsync()).LastOrDefault(
                message => key is null ? message.Text == text : message.Key == key);
            if (found is not null)
            {
                return found;
            }
        }
    }

    /// <summary>Sends messages without a key, as fast as it goes.</summary>
    public static async Task SendManyAsync(
        string step, Uri server, IReadOnlyCollection<string> texts, string user = "Alice")
    {
        if (!Technique.Of(step).SendsByPost)
        {
            await SendFramesAsync(server, texts, key: null, user);
            return;
        }
        // Many requests on one connection, and their answers afterwards.
        using var connection = await RawConnection.OpenAsync(server.Port);
        foreach (var some in texts.Chunk(100))
        {
            byte[] requests =
            [
                .. some.SelectMany(text => RawConnection.Post(JsonSerializer.SerializeToUtf8Bytes(new { user, text }))),
            ];
            Assert.True(await connection.SendAsync(requests));
            var answers = await connection.ReadAsync(
                all => all.AsSpan().EndsWith("0\r\n\r\n"u8) && RawConnection.Statuses(all).Length == some.Length
                    ? all.Length
                    : 0);
            Assert.All(RawConnection.Statuses(answers), status => Assert.Equal(201, status));
        }
    }

    /// <summary>Everything after that message, in order (0 is from the start).</summary>
    public static async Task<ChatMessage[]> AfterAsync(string step, Uri server, long cursor = 0)
    {
        var last = await SendAsync(step, server, $"That is all. {Guid.NewGuid():N}");
        List<ChatMessage> messages = [];
        if (Technique.Of(step).HasPresence)
        {
            await using var reader = await OpenAsync(step, server, "Reader", cursor);
            messages.AddRange(await reader.UpToAsync(last.Id));
        }
        else
        {
            messages.AddRange((await http.GetFromJsonAsync<ChatMessage[]>(
                new Uri(server, $"/messages?after={cursor}")))!);
        }
        Assert.Equal(last, messages[^1]);
        return [.. messages.SkipLast(1)];
    }

    /// <summary>An open connection to a step from 04 on.</summary>
    public static async Task<Connection> OpenAsync(string step, Uri server, string user, long after = 0) =>
        Technique.Of(step).SendsByPost
            ? await EventStreamConnection.OpenAsync(server, user, after)
            : await WebSocketConnection.OpenAsync(server, user, after);

    /// <summary>A number of /stats.</summary>
    public static async Task<int> StatsAsync(Uri server, string field) =>
        (await http.GetFromJsonAsync<JsonElement>(new Uri(server, "/stats"))).GetProperty(field).GetInt32();

    /// <summary>Waits until a number of /stats is that.</summary>
    public static Task StatsAsync(Uri server, string field, int number) =>
        Wait.UntilAsync(async () => await StatsAsync(server, field) == number, $"{field} to be {number}");

    // A frame has no answer. But the server reads them in order: when it closes, all are stored.
    static async Task SendFramesAsync(
        Uri server, IReadOnlyCollection<string> texts, string? key, string user = "Alice")
    {
        await using var socket = await WebSocketConnection.OpenAsync(server, user);
        foreach (var text in texts)
        {
            await socket.SendFrameAsync(JsonSerializer.Serialize(new { type = "message", text, key }));
        }
        const WebSocketCloseStatus Goodbye = WebSocketCloseStatus.NormalClosure;
        Assert.Equal((int)Goodbye, await socket.CloseAsync(Goodbye));
    }
}
