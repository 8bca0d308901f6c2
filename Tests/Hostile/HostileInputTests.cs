using System.Collections.Concurrent;
using System.Text;
using Xunit.Abstractions;
using static Tests.RawConnection;

namespace Tests;

/// <summary>
/// 3,000 malformed requests and frames for each step: each is refused as it should be, and nobody else notices.
/// </summary>
[Collection("Hostile")]
public sealed class HostileInputTests(AttackedServers servers, ITestOutputHelper output)
{
    const int Inputs = 3_000;

    /// <summary>Of those that can follow one another on a connection, how many do.</summary>
    const int Batch = 20;

    [LinuxStepTheory, MemberData(nameof(Steps.AttackedServers), MemberType = typeof(Steps))]
    public async Task Thousands_of_malformed_requests_and_frames_are_refused_one_by_one(string step)
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"The seed is {seed}.");
        output.WriteLine(
            await AtOnce.RunAsync(step, each => servers.AttackAsync(each, server => AttackAsync(server, seed))));
    }

    static async Task<string> AttackAsync(AttackedServer server, int seed)
    {
        var last = (await server.MessagesAsync())[^1].Id;
        // The inputs follow from the seed; in which order they arrive does not.
        var attacks = Attacks(server, new Random(seed)).ToArray();
        Assert.Equal(Inputs, attacks.Sum(attack => attack.Inputs));
        ConcurrentQueue<string> failures = [];
        var fewAtATime = new ParallelOptions { MaxDegreeOfParallelism = 4 };
        await Parallel.ForEachAsync(attacks.TakeWhile(_ => failures.Count < 10), fewAtATime, async (attack, _) =>
        {
            try
            {
                await attack.RunAsync();
            }
            catch (Exception failure)
            {
                failures.Enqueue(failure.Message);
            }
        });
        Assert.True(failures.IsEmpty, $"{server.Step}, seed {seed}: {string.Join('\n', failures.Order().Take(10))}");
        // None of all that was taken for a message.
        var messages = (await server.MessagesAsync()).Where(message => message.Id > last);
        Assert.All(messages, message => Assert.Equal("Alice", message.User));
        return $"{Inputs} inputs";
    }

    /// <summary>What is done on one connection, and how many of the inputs that is.</summary>
    sealed record Attack(int Inputs, Func<Task> RunAsync);

    static IEnumerable<Attack> Attacks(AttackedServer server, Random random)
    {
        var requests = new HostileRequests(server.Technique, random);
        var frames = new HostileFrames(random);
        var left = Inputs;
        if (server.HasSocket)
        {
            for (var i = 0; i < Inputs / 3; i++, left--)
            {
                var frame = i % 40 == 0 ? frames.Closing() : i % 3 == 0 ? frames.Refused() : frames.Ending();
                yield return new(1, () => EndsAsync(server, frame));
            }
        }
        for (var alone = left * 3 / 10; alone > 0; alone--, left--)
        {
            var broken = requests.Broken();
            yield return new(1, () => IsAnsweredAsync(server, broken));
        }
        for (; left > 0; left -= Batch)
        {
            var whole = Enumerable.Range(0, Batch).Select(_ => requests.Whole()).ToArray();
            yield return new(Batch, () => AreAnsweredAsync(server, whole));
        }
    }

    static async Task IsAnsweredAsync(AttackedServer server, HostileInput input)
    {
        using var connection = await OpenAsync(server.Port);
        await connection.SendAsync(input.Bytes);
        var answer = await connection.ReadToEndAsync();
        Check(input, Statuses(answer).FirstOrDefault(), answer);
    }

    static async Task AreAnsweredAsync(AttackedServer server, HostileInput[] inputs)
    {
        using var connection = await OpenAsync(server.Port);
        await connection.SendAsync(
            (byte[])[.. inputs.SelectMany(input => input.Bytes), .. Get("/chat.js", "Connection: close\r\n")]);
        var answers = await connection.ReadToEndAsync();
        var statuses = Statuses(answers);
        for (var i = 0; i < inputs.Length; i++)
        {
            Check(inputs[i], statuses.ElementAtOrDefault(i), answers);
        }
        // And what follows them on the same connection is served.
        Assert.Equal(200, statuses.ElementAtOrDefault(Batch));
    }

    static async Task EndsAsync(AttackedServer server, HostileInput input)
    {
        using var socket = await OpenSocketAsync(server.Port, "Mallory", server.Bob.Cursor);
        await socket.SendAsync(input.Bytes);
        while (await socket.ReadFrameAsync() is { } frame)
        {
            Assert.Contains(frame.Opcode, new[] { 1, 8, 10 });
            if (frame.Opcode == 8)
            {
                Check(input, frame.Payload[0] << 8 | frame.Payload[1], frame.Payload);
                await socket.SendAsync(Close(1000));
                return;
            }
        }
        Assert.Fail($"The connection ended without a close frame. {input}");
    }

    static void Check(HostileInput input, int answer, byte[] all)
    {
        if (input.Answer == 0 ? answer is < 400 or > 499 : answer != input.Answer)
        {
            var expected = input.Answer == 0 ? "400 to 499" : $"{input.Answer}";
            Assert.Fail($"Answered {answer}, expected {expected}. {input} -> {HostileInput.Escape(all)}");
        }
    }
}
