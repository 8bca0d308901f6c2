using System.Net;
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
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.Add("Origin", Evil);
            using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            AssertNotShared(answer);
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
}
