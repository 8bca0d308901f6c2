using System.Net;
using System.Text.Json;

namespace Tests;

/// <summary>Every request of <see cref="Rows"/> is answered as its row says.</summary>
public sealed class AnswerTests
{
    const string Policy =
        "default-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    [Theory, Steps(1, 2, 3, 4, 5, 6)]
    public async Task Every_request_has_its_answer_and_what_is_refused_is_not_stored(int number)
    {
        await using var step = await Step.StartAsync(number);
        using var chat = step.Chat();
        await chat.SayAsync("Alice", "Before"); // So that nobody has to wait.
        var rows = Rows.Of(step.Technique).ToArray();
        await Assert.AllAsync(rows, row => CheckAsync(step, chat, row));
        await chat.SayAsync("Alice", "After");
        var accepted = rows.Where(row => row.Status == 201).Select(_ => "Hello");
        Assert.Equal(
            ["Before", .. accepted, "After"],
            (await chat.AfterAsync(0)).Select(message => message.Text));
    }

    [Theory, Steps(1, 3, 5, 6)]
    public async Task A_stored_message_is_readable_on_the_wire_and_where_it_is_said_to_be(int number)
    {
        await using var step = await Step.StartAsync(number);
        using var chat = step.Chat();
        var message = new { user = " Аліса ", text = "Привіт" };
        using var answer = await chat.Http.PostAsJsonAsync("/messages", message, Until.Token);
        var raw = await answer.Content.ReadAsStringAsync(Until.Token);
        Assert.Matches(
            """^\{"id":\d+,"user":"Аліса","text":"Привіт","timestamp":"[-0-9T:.]+Z"\}$""", // Not \u0410…
            raw);
        var location = answer.Headers.Location!.OriginalString;
        if (step.Technique.HasPresence)
        {
            using var events = await EventBlocks.OpenAsync(chat.Http, location);
            Assert.Equal($"data: [{raw}]", (await events.NextAsync("messages"))[^1]);
        }
        else
        {
            Assert.Equal($"[{raw}]", await chat.Http.GetStringAsync(location, Until.Token));
        }
    }

    static async Task CheckAsync(Step step, Chat chat, Row row)
    {
        using var request = row.ToRequest(chat.Server);
        using var answer = await chat.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Until.Token);
        Assert.Equal((HttpStatusCode)row.Status, answer.StatusCode);
        Assert.True(answer.Headers.CacheControl?.NoStore);
        Assert.Equal("nosniff", HeaderOf(answer, "X-Content-Type-Options"));
        Assert.DoesNotContain(answer.Headers, header => header.Key.StartsWith("Access-Control-"));
        // A policy for scripts means nothing on JSON, and would be a good part of each answer.
        var file = Rows.Files.FirstOrDefault(file => row.Status == 200 && row.Request.EndsWith($" {file.Address}"));
        Assert.Equal(file.Type is null ? null : Policy, HeaderOf(answer, "Content-Security-Policy"));
        if (file.Type is not null)
        {
            Assert.Equal(file.Type, answer.Content.Headers.ContentType?.MediaType);
            var bytes = await File.ReadAllBytesAsync(Path.Combine(step.Folder, file.File), Until.Token);
            Assert.Equal(bytes.Length, answer.Content.Headers.ContentLength);
        }
        if (row.Status == 426)
        {
            Assert.Equal("websocket", HeaderOf(answer, "Upgrade"));
            Assert.Equal("13", HeaderOf(answer, "Sec-WebSocket-Version"));
        }
        if (row.Status >= 400)
        {
            // An error is told in words: problem details (RFC 9457).
            Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
            var problem = JsonElement.Parse(await answer.Content.ReadAsStringAsync(Until.Token));
            Assert.Equal(row.Status, problem.GetProperty("status").GetInt32());
            if (row.Field is not null)
            {
                Assert.Equal(row.Field, Assert.Single(problem.GetProperty("errors").EnumerateObject()).Name);
            }
        }
    }

    static string? HeaderOf(HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : null;
}
