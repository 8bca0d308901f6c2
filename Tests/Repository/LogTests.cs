using System.Net.Http.Json;
using System.Text.RegularExpressions;

namespace Tests;

/// <summary>
/// What a step writes: a line for each thing that a lecturer would point at, and none for each request. The pages show
/// such lines and no others.
/// </summary>
public sealed class LogTests
{
    const string Kinds = @"^(\w+: .+|\w+ (connected|left), \d+ online|Subscribed to \S+|Received \d+ from \S+|"
        + @"POST \S+ · attempt \d+ · .+ · \d+ ms · (active|ended|paused|again in [\d.]+ s))$";

    [Theory, Steps(1, 3, 4, 5, 6)]
    public async Task A_log_is_what_happens_in_the_chat(int number)
    {
        await using var step = await Step.StartAsync(number);
        using var chat = step.Chat();
        List<string> expected = [];
        foreach (var address in new[] { "/", "/chat.js", "/stats", "/nothing" })
        {
            (await chat.Http.GetAsync(address, Until.Token)).Dispose();
        }
        (await chat.Http.PostAsJsonAsync("/messages", new { user = "Alice", text = "" }, Until.Token)).Dispose();

        await using (var bob = chat.Follow("Bob"))
        {
            await WritesAsync(step.Technique.HasPresence ? ["Bob connected, 1 online"] : []);
            await chat.SayAsync("Alice", "Привіт", "key");
            // In 04 she connects to say it.
            await WritesAsync(number == 4
                ? ["Alice connected, 2 online", "Alice: Привіт", "Alice left, 1 online"]
                : ["Alice: Привіт"]);
            // What is sent again is stored, and told, once.
            await chat.SayAsync("Alice", "Привіт", "key");
            await WritesAsync(number == 4 ? ["Alice connected, 2 online", "Alice left, 1 online"] : []);
            await bob.ReceivesAsync(1);
        }
        await WritesAsync(step.Technique.HasPresence ? ["Bob left, 0 online"] : []);

        var shown = Page.All.SelectMany(page => page.Blocks).SelectMany(block => block.Lines)
            .Select(line => Regex.Match(line, $@"^\d\d:\d\d:\d\d info: {step.Technique}\[0\] (.*)$"))
            .Where(match => match.Success)
            .Select(match => match.Groups[1].Value);
        Assert.All(expected.Concat(shown), line => Assert.Matches(Kinds, line));

        async Task WritesAsync(string[] lines)
        {
            expected.AddRange(lines);
            await Until.TrueAsync(() => step.Log.Lines.Count >= expected.Count, string.Join(", ", lines));
            Assert.Equal(expected, step.Log.Lines.Select(line => Regex.Replace(line, @"\d+ ms", "1 ms")));
        }
    }

    [Fact, Trait("Step", "1")]
    public async Task In_the_console_a_line_begins_with_the_time_and_has_all_letters()
    {
        var technique = Technique.Of("1");
        using var step = new Running(StepProcess.Command(technique, "http://127.0.0.1:0"));
        using var chat = new Chat(technique, await step.ListensAsync());
        await chat.SayAsync("Alice", "Ґава і їжак");
        await step.WritesAsync("Ґава і їжак");
        Assert.EndsWith(" info: 01-HttpRefresh[0] Alice: Ґава і їжак", step.All);
        Assert.All(step.Output, line => Assert.Matches(
            @"^\d\d:\d\d:\d\d info: (Microsoft\.Hosting\.Lifetime|01-HttpRefresh)\[\d+\] ", line));
    }
}
