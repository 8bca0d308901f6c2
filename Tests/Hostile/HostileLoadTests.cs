using System.Diagnostics;
using Classroom;
using Xunit.Abstractions;
using static Tests.RawConnection;

namespace Tests;

/// <summary>
/// Visitors that are too many, too fast, slow, deaf, dumb or gone: they cost others nothing, and what they cost the
/// step comes back.
/// </summary>
[Collection("Hostile")]
public sealed class HostileLoadTests(AttackedServers servers, ITestOutputHelper output)
{
    /// <summary>
    /// More than a step keeps, and, with <see cref="Long"/>, than the buffers take on the way to a deaf one.
    /// </summary>
    const int Messages = 2_000;

    /// <summary>490 characters of three bytes each.</summary>
    static readonly string Long = new('€', 490);

    /// <summary>How many connections at a time a step and this process have: each has a descriptor in both.</summary>
    const int Crowd = 500;

    /// <summary>
    /// So many connections at a time is what this process has descriptors for, so the steps take turns.
    /// </summary>
    static readonly SemaphoreSlim turn = new(1);

    [CrowdTheory, MemberData(nameof(Steps.AttackedServers), MemberType = typeof(Steps))]
    public async Task A_flood_and_slow_deaf_silent_and_vanishing_visitors_harm_nobody(string step) =>
        output.WriteLine(await AtOnce.RunAsync(step, each => servers.AttackAsync(each, EndureAsync)));

    [LinuxStepTheory, MemberData(nameof(Steps.AttackedServers), MemberType = typeof(Steps))]
    public async Task Hundreds_who_never_read_a_long_history_do_not_fill_the_memory(string step) =>
        output.WriteLine(await AtOnce.RunAsync(step, each => servers.AttackAsync(each, BeIgnoredAsync)));

    static async Task<string> EndureAsync(AttackedServer server)
    {
        using var dawdling = new CancellationTokenSource();
        var slow = DawdleAsync(server, dawdling.Token);
        using var deaf = await DeafAsync(server, requests: 20);
        await FloodAsync(server, Messages, Long);
        await NothingIsLostAsync(server);

        await turn.WaitAsync();
        try
        {
            await SilenceAsync(server);
            await VanishAsync(server);
        }
        finally
        {
            turn.Release();
        }

        deaf.Dispose();
        await dawdling.CancelAsync();
        return await slow;
    }

    /// <summary>What each of them makes the step hold is little, whatever the history's size.</summary>
    static async Task<string> BeIgnoredAsync(AttackedServer server)
    {
        await FloodAsync(server, 1000, new string('x', 500));
        var deaf = new List<RawConnection>();
        for (var i = 0; i < 300; i++)
        {
            deaf.Add(await DeafAsync(server, requests: 1));
        }
        await Task.Delay(2000); // Nothing tells when a step has sent all that it will: this is what it has to send in.
        deaf.ForEach(connection => connection.Dispose());
        return $"{deaf.Count} did not read";
    }

    /// <summary>One that asks for all there is, and reads nothing of it, while everything is sent to it.</summary>
    static async Task<RawConnection> DeafAsync(AttackedServer server, int requests)
    {
        if (server.Technique.HasPresence)
        {
            return await JoinAsync(server.Step, server.Port, "Mallory", deaf: true);
        }
        var deaf = await OpenAsync(server.Port, deaf: true);
        byte[] questions = [.. Enumerable.Repeat(Get("/messages"), requests).SelectMany(bytes => bytes)];
        await deaf.SendAsync(questions);
        return deaf;
    }

    /// <summary>
    /// A byte every 100 ms: of a head that never ends, of a body, and of a frame. Tells which the step has ended.
    /// </summary>
    static async Task<string> DawdleAsync(AttackedServer server, CancellationToken stop)
    {
        var kinds = new List<(string Kind, Func<Task<RawConnection>> Open, byte[] Start)>
        {
            ("a head", () => OpenAsync(server.Port), Bytes("GET / HTTP/1.1\r\nHost: localhost\r\nX: ")),
        };
        if (server.HasSocket)
        {
            kinds.Add(
                (
                    "a frame",
                    () => OpenSocketAsync(server.Port, "Mallory", server.Bob.Cursor),
                    Frame(1, [], length: 10_000)));
        }
        else
        {
            kinds.Add(("a body", () => OpenAsync(server.Port), Post(new byte[10_000])[..^10_000]));
        }
        var ended = await Task.WhenAll(kinds.SelectMany(kind => Enumerable.Repeat(kind, 5)).Select(async kind =>
        {
            using var connection = await kind.Open();
            var reading = connection.DrainAsync();
            await connection.SendAsync(kind.Start);
            var since = Stopwatch.GetTimestamp();
            var isBody = kind.Kind == "a body";
            while (!stop.IsCancellationRequested || (isBody && Stopwatch.GetElapsedTime(since) < Wait.Patience))
            {
                if (reading.IsCompleted || !await connection.SendAsync("x"u8.ToArray()))
                {
                    return $"{kind.Kind} in {Stopwatch.GetElapsedTime(since).TotalSeconds:0} s";
                }
                await Task.Delay(100, CancellationToken.None);
            }
            return null;
        }));
        // Slower than 240 bytes a second: a body has 5 s, which is waited for; a head has 30 s, which is not.
        Assert.True(
            server.HasSocket || ended.Count(end => end?.StartsWith("a body", StringComparison.Ordinal) == true) == 5,
            "A body may dawdle for ever.");
        return $"ended {string.Join(", ", ended.OfType<string>().Distinct())}";
    }

    /// <summary>Connections that say nothing.</summary>
    static async Task SilenceAsync(AttackedServer server)
    {
        var sockets = server.OpenSockets();
        var silent = new List<RawConnection>();
        for (var i = 0; i < Crowd; i++)
        {
            silent.Add(await OpenAsync(server.Port));
        }
        var before = server.Sent;
        await Wait.UntilAsync(() => server.Sent >= before + 5, "the chat to go on among them");
        silent.ForEach(connection => connection.Dispose());
        await server.CrowdIsGoneAsync(sockets);
    }

    /// <summary>
    /// Connections that wait, listen, or have said half of what they want, each by a long name of its own, and are gone
    /// at once.
    /// </summary>
    static async Task VanishAsync(AttackedServer server)
    {
        var sockets = server.OpenSockets();
        var here = new List<RawConnection>();
        for (var i = 0; i < Crowd; i++)
        {
            var name = $"Visitor {i} ".PadRight(50, 'x').Replace(' ', '-');
            var request = server.HasSocket ? Handshake($"/ws?user={name}&after={server.Bob.Cursor}")
                : Get(
                    server.HasStream
                        ? $"/events?user={name}&after={server.Bob.Cursor}"
                        : $"/messages?after={server.Bob.Cursor}");
            var visitor = await OpenAsync(server.Port);
            if (i % 2 == 0)
            {
                visitor.LeaveProperly();
            }
            await visitor.SendAsync(i % 5 == 0 ? request[..^10] : request);
            here.Add(visitor);
        }
        if (server.Technique.HasPresence)
        {
            await Wait.UntilAsync(
                async () => (await server.StatsAsync()).GetProperty("connections").GetInt32() >= Crowd * 4 / 5,
                "them to get in");
        }
        here.ForEach(connection => connection.Dispose());
        await server.CrowdIsGoneAsync(sockets);
    }

    /// <summary>Ids are consecutive, the newest 1,000 are kept, and who keeps up has everything.</summary>
    static async Task NothingIsLostAsync(AttackedServer server)
    {
        var kept = await server.MessagesAsync();
        Assert.Equal(Enumerable.Range(0, kept.Count).Select(i => kept[0].Id + i), kept.Select(message => message.Id));
        if (!server.AnswersAtOnce)
        {
            await server.Bob.WaitForAsync(kept[^1].Id).WaitAsync(Wait.Patience);
            Assert.Equal(0, server.Bob.Gaps);
            Assert.Equal(server.Flooded, server.Bob.Received.Count(received => received.Message.User == "Mallory"));
        }
        else
        {
            Assert.Equal(1000, kept.Count);
        }
    }

    /// <summary>
    /// Messages from two connections, 250 at a time on each, the next when all readers that keep up have those.
    /// </summary>
    static async Task FloodAsync(AttackedServer server, int messages, string text)
    {
        string[] window = [.. Enumerable.Repeat(text, 250)];
        for (var sent = 0; sent < messages; sent += 2 * window.Length)
        {
            await Task.WhenAll(SendAsync(), SendAsync());
            server.Flooded += 2 * window.Length;
            if (!server.AnswersAtOnce)
            {
                // Nobody falls behind by more than the log holds: Alice waits for her own messages to come back.
                var count = server.Flooded + server.Sent;
                await Task.WhenAll(server.Alice.WaitForCountAsync(count), server.Bob.WaitForCountAsync(count))
                    .WaitAsync(Wait.Patience);
            }
        }

        Task SendAsync() => KeyedChat.SendManyAsync(server.Step, server.Process.BaseAddress, window, "Mallory");
    }
}
