using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Classroom;

namespace Tests;

/// <summary>
/// What a step writes: a line for each thing that a lecturer would point at, and none for each request.
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
        string[] expected;
        switch (Technique.Of(name).Reading)
        {
            case Reading.LongPoll:
                var asking = http.GetAsync("/messages");
                await Wait.UntilAsync(
                    async () => (await http.GetStringAsync("/stats")).Contains("\"connections\":1"), "one waiting");
                await PostAsync();
                (await asking).Dispose();
                expected = ["1 clients waiting", "Alice: Привіт"];
                break;
            case Reading.WebSocket:
                await using (var alice = await WebSocketConnection.OpenAsync(step.BaseAddress, "Alice"))
                {
                    await alice.SendAsync("Привіт");
                    await alice.BatchAsync();
                    await alice.SendFrameAsync("{");
                    await alice.ClosedAsync();
                }
                expected = ["Alice connected, 1 online", "Alice: Привіт", "Alice left, 0 online"];
                break;
            case Reading.EventStream:
                await using (var bob = await EventStreamConnection.OpenAsync(step.BaseAddress, "Bob"))
                {
                    await bob.UsersAsync("Bob");
                    await PostAsync();
                    await bob.BatchAsync();
                }
                expected = ["Bob connected, 1 online", "Alice: Привіт", "Bob left, 0 online"];
                break;
            default:
                await PostAsync();
                expected = ["Alice: Привіт"];
                break;
        }
        var line = new Regex($@"^\d\d:\d\d:\d\d info: {name}\[0\] ");
        await Wait.UntilAsync(
            () => step.Log.Count(text => line.IsMatch(text)) >= expected.Length, $"{expected.Length} lines");
        await step.StopAsync();
        Assert.Equal(
            expected,
            step.Log.Where(text => !text.Contains(" info: Microsoft.Hosting.Lifetime[", StringComparison.Ordinal))
                .Select(text => line.Replace(text, "")));

        async Task PostAsync() =>
            (
                await http.PostAsJsonAsync(
                    "/messages", new { user = "Alice", text = "Привіт" })).EnsureSuccessStatusCode().Dispose();
    }
}
