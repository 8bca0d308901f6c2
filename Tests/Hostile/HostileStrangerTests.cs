using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using Classroom;
using static Tests.RawConnection;

namespace Tests;

/// <summary>Pages of other origins, forged hosts, and people who call themselves as others do.</summary>
public sealed class HostileStrangerTests(SharedSteps servers) : IClassFixture<SharedSteps>
{
    const string Evil = "http://evil.example";

    [StepTheory, MemberData(nameof(Steps.AttackedServers), MemberType = typeof(Steps))]
    public async Task A_page_of_another_origin_can_neither_send_nor_read(string step)
    {
        var server = servers.Start(step);
        using var http = new HttpClient { BaseAddress = server.BaseAddress };
        var technique = Technique.Of(step);

        // What a page may send without asking: a form, and plain text. 04 has nothing to send them to.
        foreach (var type in new[] { "application/x-www-form-urlencoded", "multipart/form-data", "text/plain" })
        {
            using var simple = await SendAsync(
                "/messages", HttpMethod.Post, "{\"user\":\"Mallory\",\"text\":\"Hello\"}", type);
            Assert.Equal(
                technique.SendsByPost ? HttpStatusCode.UnsupportedMediaType : HttpStatusCode.NotFound,
                simple.StatusCode);
        }

        // For JSON the browser asks first, and is not told that it may.
        using var preflight = new HttpRequestMessage(HttpMethod.Options, "/messages");
        preflight.Headers.Add("Origin", Evil);
        preflight.Headers.Add("Access-Control-Request-Method", "POST");
        preflight.Headers.Add("Access-Control-Request-Headers", "content-type");
        using var permission = await http.SendAsync(preflight);
        Assert.False(permission.IsSuccessStatusCode);
        AssertNotShared(permission);

        // What it reads, the browser keeps from it.
        List<string> paths = ["/", "/chat.js", "/stats"];
        if (technique.Reading is Reading.Reload or Reading.ShortPoll)
        {
            paths.Add("/messages");
        }
        if (technique.Reading == Reading.EventStream)
        {
            paths.Add("/events?user=Mallory");
        }
        foreach (var path in paths)
        {
            using var answer = await SendAsync(path, HttpMethod.Get);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            AssertNotShared(answer);
        }

        async Task<HttpResponseMessage> SendAsync(
            string path, HttpMethod method, string? body = null, string? type = null)
        {
            using var request = new HttpRequestMessage(method, path);
            request.Headers.Add("Origin", Evil);
            if (body is not null)
            {
                request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
                request.Content.Headers.ContentType = new MediaTypeHeaderValue(type!);
            }
            return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        }

        static void AssertNotShared(HttpResponseMessage answer) =>
            Assert.DoesNotContain(
                answer.Headers, header => header.Key.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase));
    }

    [StepTheory, MemberData(nameof(Steps.AttackedServers), MemberType = typeof(Steps))]
    public async Task A_forged_host_is_refused_on_every_path(string step)
    {
        var server = servers.Start(step);
        string[] targets =
            ["/", "/chat.js", "/stats", "/messages", "/ws?user=Mallory", "/events?user=Mallory", "/nothing"];
        foreach (var target in targets)
        {
            string[] heads =
            [
                $"GET {target} HTTP/1.1\r\nHost: evil.example",
                $"GET {Evil}{target} HTTP/1.1\r\nHost: localhost",
                $"GET http://localhost{target} HTTP/1.1\r\nHost: evil.example",
            ];
            foreach (var head in heads)
            {
                using var connection = await OpenAsync(server.Port);
                await connection.SendAsync(Bytes($"{head}\r\nConnection: close\r\n\r\n"));
                var answer = await connection.ReadToEndAsync();
                Assert.Equal([400], Statuses(answer));
            }
        }
    }

    [StepTheory, MemberData(nameof(Steps.AttackedServers), MemberType = typeof(Steps))]
    public async Task Names_are_text_wherever_they_go_and_break_nothing(string step)
    {
        // There is no login: whoever says to be Alice is Alice. But a name is only ever a text.
        string[] names =
        [
            "Alice", "ALICE", "Аlice", "A\u200blice", "\u202eecilA", "__proto__", "constructor",
            "<img src=x onerror=alert(1)>", "\"><script>", "12:00:00 fail: Bob",
            string.Concat(Enumerable.Repeat("😀", 25)),
        ];
        // As it is written, and not only what is told to the log.
        await using var server = await StepProcess.StartAsync(step);
        var sent = new List<long>();
        foreach (var name in names)
        {
            await using var student = Student.Create(step, server.BaseAddress, name);
            student.Start();
            await student.Connected.WaitAsync(Wait.Patience);
            sent.Add(await student.SendAsync($"{name} was here"));
        }
        await using var bob = Student.Create(step, server.BaseAddress, "Bob");
        bob.Start();
        await bob.WaitForAsync(sent[^1]).WaitAsync(Wait.Patience);
        var received = bob.Received.TakeLast(names.Length).Select(one => one.Message).ToArray();
        Assert.Equal(sent, received.Select(message => message.Id));
        Assert.Equal(names, received.Select(message => message.User));
        Assert.Equal(names.Select(name => $"{name} was here"), received.Select(message => message.Text));
        // Each is one line of the log, and none looks like another one.
        await Wait.UntilAsync(
            () => names.All(name =>
                server.Log.Count(line => line.EndsWith($"] {name}: {name} was here", StringComparison.Ordinal)) == 1),
            "a line for each name");
        StepLog.AssertQuiet(server);
    }

    [StepTheory, MemberData(nameof(Steps.AttackedServers), MemberType = typeof(Steps))]
    public async Task The_same_message_twice_is_two_and_a_name_that_is_none_is_refused(string step)
    {
        var server = servers.Start(step);
        await using var alice = Student.Create(step, server.BaseAddress, "Alice");
        alice.Start();
        await alice.Connected.WaitAsync(Wait.Patience);
        var first = await alice.SendAsync("Hello");
        Assert.Equal(first + 1, await alice.SendAsync("Hello"));
        await alice.WaitForAsync(first + 1).WaitAsync(Wait.Patience);
        Assert.Equal([first, first + 1], alice.Ids.TakeLast(2));

        var technique = Technique.Of(step);
        using var http = new HttpClient { BaseAddress = server.BaseAddress };
        // 50 emoji are 100 UTF-16 units.
        foreach (var name in new[] { "", " ", string.Concat(Enumerable.Repeat("😀", 50)) })
        {
            if (technique.SendsByPost)
            {
                using var post = await http.PostAsJsonAsync("/messages", new { user = name, text = "Hello" });
                AssertRefused(post);
            }
            if (technique.Reading == Reading.EventStream)
            {
                using var events = await http.GetAsync($"/events?user={Uri.EscapeDataString(name)}");
                AssertRefused(events);
            }
            if (technique.Reading == Reading.WebSocket)
            {
                using var connection = await OpenAsync(server.Port);
                await connection.SendAsync(Handshake($"/ws?user={Uri.EscapeDataString(name)}", "X: y\r\n"));
                var answer = await connection.ReadAsync(all => all.AsSpan().IndexOf("\r\n\r\n"u8) + 1);
                Assert.Equal([400], Statuses(answer));
            }
        }

        static void AssertRefused(HttpResponseMessage answer)
        {
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        }
    }
}
