using System.Text;
using Classroom;

namespace Tests;

/// <summary>
/// What every answer says, and what only the page's files do: a policy for scripts means nothing on JSON, and its 200
/// characters on each answer would be a good part of what the techniques are compared by.
/// </summary>
public sealed class ResponseHeaderTests(SharedSteps steps) : IClassFixture<SharedSteps>
{
    const string Policy =
        "default-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    [StepTheory, MemberData(nameof(Steps.DifferentServers), MemberType = typeof(Steps))]
    public async Task The_policy_is_on_the_files_of_the_page(string step)
    {
        var port = steps.Start(step).Port;
        foreach (var file in new[] { "/", "/style.css", "/page.js", "/chat.js" })
        {
            await AnswersAsync(port, 200, RawConnection.Get(file), Policy);
        }
    }

    [StepTheory, MemberData(nameof(Steps.DifferentServers), MemberType = typeof(Steps))]
    public async Task The_policy_is_on_nothing_else(string step)
    {
        var server = steps.Start(step);
        await KeyedChat.SendAsync(step, server.BaseAddress, "Something");
        var technique = Technique.Of(step);
        var json = Encoding.UTF8.GetBytes("""{"user":"Alice","text":"Hello"}""");
        List<(int Status, byte[] Request)> requests =
        [
            (200, RawConnection.Get("/stats")),
            (404, RawConnection.Get("/nothing")),
            (404, RawConnection.Get("/index.html")),
            (405, RawConnection.Bytes("DELETE /stats HTTP/1.1\r\nHost: localhost\r\n\r\n")),
        ];
        if (technique.SendsByPost)
        {
            requests.Add((201, RawConnection.Post(json)));
            requests.Add((400, RawConnection.Post("{}"u8.ToArray())));
            requests.Add((400, RawConnection.Post("{"u8.ToArray())));
            requests.Add((415, RawConnection.Post(json, "text/plain")));
            requests.Add((415, RawConnection.Post(json, "application/json; charset=latin1")));
            requests.Add((413, RawConnection.Post(new byte[20_000])));
        }
        requests.AddRange((technique.HasPresence, technique.SendsByPost) switch
        {
            (false, _) =>
            [
                (200, RawConnection.Get("/messages?after=0")), (400, RawConnection.Get("/messages?after=x")),
            ],
            (true, true) => [(200, RawConnection.Get("/events?user=Bob")), (400, RawConnection.Get("/events"))],
            _ =>
            [
                (101, RawConnection.Handshake("/ws?user=Bob")), (400, RawConnection.Get("/ws?user=Bob")),
                (403, RawConnection.Handshake("/ws?user=Bob", "Origin: http://evil.example\r\n")),
            ],
        });
        if (technique.HasWebhooks)
        {
            requests.Add((200, RawConnection.Get("/webhooks")));
            requests.Add((401, RawConnection.Bytes(
                "POST /webhook HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n")));
        }
        foreach (var (expected, request) in requests)
        {
            await AnswersAsync(server.Port, expected, request, policy: null);
        }
    }

    static async Task AnswersAsync(int port, int expected, byte[] request, string? policy)
    {
        using var connection = await RawConnection.OpenAsync(port);
        await connection.SendAsync(request);
        var head = Encoding.Latin1.GetString(await connection.ReadAsync(
            all => all.IndexOf("\r\n\r\n"u8) is >= 0 and var end ? end + 2 : 0));
        var lines = head.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var asked = Encoding.Latin1.GetString(request);
        Assert.True(lines[0].StartsWith($"HTTP/1.1 {expected} ", StringComparison.Ordinal), $"{lines[0]} to {asked}");
        var headers = lines[1..].Select(line => line.Split(": ", 2)).ToDictionary(
            header => header[0], header => header[1], StringComparer.OrdinalIgnoreCase);
        Assert.Equal((asked, policy), (asked, headers.GetValueOrDefault("Content-Security-Policy")));
        Assert.Equal(("no-store", "nosniff"), (headers["Cache-Control"], headers["X-Content-Type-Options"]));
        Assert.DoesNotContain("X-Powered-By", headers.Keys);
        Assert.DoesNotContain("Access-Control-Allow-Origin", headers.Keys); // For no page of another origin.
    }
}
