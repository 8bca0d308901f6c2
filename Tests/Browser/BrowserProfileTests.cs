using Classroom;

namespace Tests;

/// <summary>A lecture: one browser, one port, one step after the other.</summary>
[Collection("Browser, waiting")]
public sealed class BrowserProfileTests(BrowserFixture fixture) : BrowserTests(fixture)
{
    [BrowserFact]
    public async Task Each_step_on_the_same_port_runs_its_own_page_and_script()
    {
        (string Path, string File)[] files =
        [
            ("/chat.js", "chat.js"), ("/page.js", "page.js"), ("/style.css", "style.css"),
            ("/?user=Alice", "index.html"),
        ];
        var port = LoopbackPort.Free();
        foreach (var step in Repository.Steps())
        {
            await using var process = HostedStep.StartAt(port, step);
            await Alice.OpenChatAsync(process.BaseAddress, "Alice");
            await Alice.WaitUntilConnectedAsync();

            Assert.StartsWith(
                $"Step {Technique.Of(step).Number} · ",
                await Alice.ReadAsync<string>("document.title"),
                StringComparison.Ordinal);
            Assert.Equal(
                await Alice.ReadAsync<string>("document.title"),
                await Alice.ReadAsync<string>("document.querySelector('h1').textContent"));
            Assert.Equal(
                Technique.Of(step).Reading switch
                {
                    Reading.Reload or Reading.ShortPoll or Reading.LongPoll => "→ GET /messages?after=0",
                    Reading.WebSocket => "→ GET /ws?user=Alice&after=0 · upgrade",
                    _ => "→ GET /events?user=Alice&after=0",
                },
                (await Alice.WireAsync())[0]);
            // What the browser would take from its cache, however old.
            foreach (var (path, file) in files)
            {
                await Alice.RunAsync(
                    "fetch(arguments[0], { cache: 'force-cache' }).then(answer => answer.text()).then(text => " +
                    "window.cached = text)",
                    path);
                await Alice.WaitUntilAsync("window.cached !== undefined");
                Assert.Equal(
                    await File.ReadAllTextAsync(Path.Combine(Repository.Root, step, file)),
                    await Alice.ReadAsync<string>("window.cached"));
                await Alice.RunAsync("delete window.cached");
            }
        }
    }

    // The page of a step that has ended asks on, until the next one has started.
    protected override bool MayBeOnConsole(BrowserConsoleEntry entry) => entry.IsLostConnection;
}
