using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Classroom;

namespace Tests;

/// <summary>
/// What a step writes: a line for each thing that a lecturer would point at, and none for each request. The README
/// shows such lines and no others.
/// </summary>
public sealed class LogTests
{
    [StepTheory, MemberData(nameof(Steps.All), MemberType = typeof(Steps))]
    public async Task A_log_is_what_happens_in_the_chat(string name)
    {
        await using var step = await StepProcess.StartAsync(name);
        using var http = new HttpClient { BaseAddress = step.BaseAddress };
        foreach (var address in new[] { "/", "/chat.js", "/stats", "/nothing" })
        {
            (await http.GetAsync(address)).Dispose();
        }
        (await http.PostAsJsonAsync("/messages", new { user = "Alice", text = "" })).Dispose();
        (await http.PostAsJsonAsync("/messages", "Alice")).Dispose();
        var expected = Technique.Of(name).Reading switch
        {
            Reading.LongPoll => await WaitAsync(http),
            Reading.WebSocket => await ConnectAsync(step.BaseAddress),
            Reading.EventStream => await ListenAsync(step.BaseAddress, http),
            _ => await PostTwiceAsync(http),
        };
        if (Technique.Of(name).HasWebhooks)
        {
            expected = [.. expected, .. await LinkAsync(step, http)];
        }
        var prefix = new Regex($@"^\d\d:\d\d:\d\d info: {name}\[0\] ");
        await Wait.UntilAsync(() => step.Log.Count(line => prefix.IsMatch(line)) >= expected.Length, "all lines");
        await step.StopAsync();
        var written = step.Log
            .Where(line => !line.Contains(" info: Microsoft.Hosting.Lifetime[", StringComparison.Ordinal))
            .Select(line => prefix.Replace(line, ""))
            .ToArray();
        Assert.Equal(expected, written.Select(line => Regex.Replace(line, @"\d+ ms", "# ms")));

        var told = Readme.Shown(name).Where(line => prefix.IsMatch(line)).Select(line => prefix.Replace(line, ""));
        Assert.Subset(written.Select(Pattern).ToHashSet(), told.Select(Pattern).ToHashSet());
    }

    /// <summary>What a line is but for its numbers, who does it and what is said.</summary>
    static string Pattern(string line)
    {
        var anybody = Regex.Replace(line, "^(Alice|Bob)\\b", "Somebody");
        return Readme.WithoutNumbers(Regex.Replace(anybody, "^Somebody: .*", "Somebody: …"))
            .Replace("#.#.#.#", "localhost", StringComparison.Ordinal);
    }

    static async Task<string[]> PostTwiceAsync(HttpClient http)
    {
        // A message that is sent again is none: it is stored, and told, once.
        await PostAsync(http, "Привіт", "key");
        await PostAsync(http, "Привіт", "key");
        return ["Alice: Привіт"];
    }

    static async Task<string[]> WaitAsync(HttpClient http)
    {
        var asking = http.GetAsync("/messages");
        await Wait.UntilAsync(
            async () => (await http.GetStringAsync("/stats")).Contains("\"connections\":1"), "one waiting");
        await PostAsync(http, "Привіт");
        (await asking).Dispose();
        return ["Clients waiting: 1", "Alice: Привіт"];
    }

    static async Task<string[]> ConnectAsync(Uri server)
    {
        await using (var alice = await WebSocketConnection.OpenAsync(server, "Alice"))
        {
            await alice.SendAsync("Привіт", "key");
            await alice.SendAsync("Привіт", "key");
            await alice.BatchAsync();
            await alice.SendFrameAsync("{");
            await alice.ClosedAsync();
        }
        return ["Alice connected, 1 online", "Alice: Привіт", "Alice left, 0 online"];
    }

    static async Task<string[]> ListenAsync(Uri server, HttpClient http)
    {
        await using (var bob = await EventStreamConnection.OpenAsync(server, "Bob"))
        {
            await bob.UsersAsync("Bob");
            await PostTwiceAsync(http);
            await bob.BatchAsync();
        }
        await Wait.UntilAsync(
            async () => (await http.GetStringAsync("/stats")).Contains("\"connections\":0"), "Bob to be gone");
        return ["Bob connected, 1 online", "Alice: Привіт", "Bob left, 0 online"];
    }

    /// <summary>Both ways, and a message each way.</summary>
    static async Task<string[]> LinkAsync(StepProcess step, HttpClient http)
    {
        await using var other = await StepProcess.StartAsync(step.Step);
        using var there = new HttpClient { BaseAddress = other.BaseAddress };
        (await there.PostAsJsonAsync("/sources", new { url = step.BaseAddress })).EnsureSuccessStatusCode().Dispose();
        (await http.PostAsJsonAsync("/sources", new { url = other.BaseAddress })).EnsureSuccessStatusCode().Dispose();
        await PostAsync(http, "From here");
        await Wait.UntilAsync(() => step.Log[^1].Contains("POST", StringComparison.Ordinal), "the delivery");
        await PostAsync(there, "From there");
        await Wait.UntilAsync(() => other.Log[^1].Contains("POST", StringComparison.Ordinal), "the other delivery");
        var authority = other.BaseAddress.Authority;
        return
        [
            $"Subscribed to {authority}", "Alice: From here", $"POST {authority} · attempt 1 · 204 · # ms · active",
            $"Received 1 from {authority}",
        ];
    }

    static async Task PostAsync(HttpClient http, string text, string? key = null)
    {
        using var answer = await http.PostAsJsonAsync("/messages", new { user = "Alice", text, key });
        answer.EnsureSuccessStatusCode();
    }
}
