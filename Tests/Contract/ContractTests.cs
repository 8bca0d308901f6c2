using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Classroom;

namespace Tests;

/// <summary>
/// What every step does alike. A subclass for each way of sending and reading is in ContractOf….cs, and one for each
/// step in ContractOfSteps.cs.
/// The tests of a class share a server, one after the other: each looks at its own messages only.
/// </summary>
/// <param name="server">The step.</param>
/// <param name="held">The fields of /stats: what the server holds.</param>
public abstract class ContractTests<TProgram>(
    StepServer<TProgram> server, string[] held) : IClassFixture<StepServer<TProgram>>
    where TProgram : class
{
    static string Folder => Path.Combine(Repository.Root, StepServer<TProgram>.Step);

    protected StepServer<TProgram> Server { get; } = server;

    protected HttpClient Http => Server.Http;

    /// <summary>The id of the last message that was sent.</summary>
    protected long Newest { get; set; }

    /// <summary>Sends messages one after the other, and returns them as they were stored.</summary>
    protected abstract Task<ChatMessage[]> SendAsync(string user, params string[] texts);

    /// <summary>The messages after this id, up to the newest; there must be one.</summary>
    protected abstract Task<ChatMessage[]> ReadAsync(long after);

    [Fact]
    public async Task The_files_of_the_page_are_served()
    {
        (string Address, string File, string Type)[] files =
        [
            ("/", "index.html", "text/html"),
            ("/style.css", "style.css", "text/css"),
            ("/page.js", "page.js", "text/javascript"),
            ("/chat.js", "chat.js", "text/javascript"),
        ];
        foreach (var (address, file, type) in files)
        {
            using var response = await Http.GetAsync(address);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal(type, response.Content.Headers.ContentType?.MediaType);
            Assert.Equal(
                await File.ReadAllBytesAsync(Path.Combine(Folder, file)),
                await response.Content.ReadAsByteArrayAsync());
        }
    }

    [Fact]
    public async Task Nothing_else_of_the_folder_is_served()
    {
        var step = StepServer<TProgram>.Step;
        foreach (var path in new[]
        {
            "/Program.cs", "/MessageLog.cs", "/index.html", "/appsettings.json", $"/{step}.csproj",
            "/bin", "/bin/", "/obj", "/obj/",
            "/obj/project.assets.json",
            $"/bin/{Repository.Configuration}/net10.0/{step}.dll", "/../Program.cs", "/./Program.cs", "//Program.cs",
            "/chat.js/../Program.cs",
            "/%2e%2e/Program.cs", $"/%2e%2e/{step}/Program.cs", "/%2E%2E/%2E%2E/etc/passwd", "/..%2fProgram.cs",
            "/%2e%2e%5cProgram.cs", "/%2fetc/passwd", "/.git/config",
        })
        {
            // As it is: HttpClient would take the dots out itself.
            var raw = new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true };
            using var response = await Http.GetAsync(
                new Uri(Server.Address.GetLeftPart(UriPartial.Authority) + path, raw));
            Assert.True(
                response.StatusCode == HttpStatusCode.NotFound, $"{path} is answered with {(int)response.StatusCode}");
        }
    }

    [Fact]
    public async Task What_is_sent_comes_back_in_order_with_consecutive_ids()
    {
        var before = DateTimeOffset.UtcNow;
        var sent = await SendAsync("Alice", "One", "Two", "Two"); // The same twice is two messages.
        var answers = await SendAsync("Bob", "Four");
        var first = sent[0].Id;
        // They count from the clock in microseconds, and JavaScript can tell two such numbers apart.
        var now = before.ToUnixTimeMilliseconds() * 1000;
        Assert.InRange(first, now - 3_600_000_000, now + 1_000_000);
        Assert.True(first < 1L << 53);
        var batch = await ReadAsync(first - 1);
        Assert.Equal(sent.Concat(answers), batch);
        Assert.Equal(
            [("Alice", "One"), ("Alice", "Two"), ("Alice", "Two"), ("Bob", "Four")],
            batch.Select(message => (message.User, message.Text)));
        Assert.Equal([first, first + 1, first + 2, first + 3], batch.Select(message => message.Id));
        Assert.Equal(batch.Select(message => message.Timestamp).Order(), batch.Select(message => message.Timestamp));
        Assert.All(batch, message => Assert.InRange(message.Timestamp, before, DateTimeOffset.UtcNow));
        Assert.All(batch, message => Assert.Equal(TimeSpan.Zero, message.Timestamp.Offset));

        Assert.Equal(batch[2..], await ReadAsync(first + 1));
        Assert.Equal(first + 4, (await SendAsync("Alice", "Five"))[0].Id);
    }

    [Fact]
    public async Task Names_and_texts_are_trimmed()
    {
        var stored = await SendAsync(" \u00a0Alice ", " Hello, \u2003 Bob \u2003");
        Assert.Equal(("Alice", "Hello, \u2003 Bob"), (stored[0].User, stored[0].Text));
        Assert.Equal(stored, await ReadAsync(stored[0].Id - 1));
    }

    [Theory]
    [InlineData("ВашеІм'я", "Привіт, як справи? Ёлка, їжак, ґанок")]
    [InlineData("👩‍👩‍👧‍👦", "👋🏽 🇺🇦 Z̷͎̈́a̸l̵g̶o̴ \U0001F600 e\u0301")]
    [
        InlineData(
            "<img src=x onerror=alert(1)>",
            "\"><script>alert('&amp;')</script> \\u0041 \\ / ${1} {{2}} %00 \u202e\u2028\ufeff."),
    ]
    public async Task Any_text_comes_back_as_it_was_sent(string user, string text)
    {
        var stored = await SendAsync(user, text);
        Assert.Equal((user, text), (stored[0].User, stored[0].Text));
        Assert.Equal(stored, await ReadAsync(stored[0].Id - 1));
    }

    [Theory]
    [InlineData("a")]
    [InlineData("я")]
    [InlineData("😀")] // Two UTF-16 code units, and counted as two.
    public async Task The_longest_names_and_texts_are_taken(string letter)
    {
        var (user, text) = (Repeat(letter, 50), Repeat(letter, 500));
        var stored = await SendAsync(user, text);
        Assert.Equal((user, text), (stored[0].User, stored[0].Text));
        Assert.Equal(stored, await ReadAsync(stored[0].Id - 1));
    }

    [Fact]
    public async Task Only_the_newest_1000_messages_are_kept()
    {
        var sent = await SendAsync("Alice", [.. Enumerable.Range(1, 1_003).Select(i => $"Message {i}")]);
        Assert.Equal(sent[3..], await ReadAsync(0));
        Assert.Equal(sent[3..], await ReadAsync(sent[0].Id)); // It has seen the first: the two after that are gone.
        Assert.Equal(sent[3..], await ReadAsync(sent[2].Id));
        Assert.Equal(sent[4..], await ReadAsync(sent[3].Id));
        Assert.Equal(sent[^1..], await ReadAsync(sent[^2].Id));
    }

    [Fact]
    public async Task A_cursor_that_is_ahead_or_below_zero_gets_everything()
    {
        var sent = await SendAsync("Alice", "A clock was set back");
        const long Day = 24 * 3600 * 1_000_000L;
        long[] ahead = [sent[0].Id + 1, sent[0].Id + Day, 1L << 53, (1L << 53) + 1, long.MaxValue];
        foreach (var cursor in (long[])[.. ahead, -1, -(1L << 53), long.MinValue, long.MinValue + 1])
        {
            var batch = await ReadAsync(cursor);
            Assert.Equal(sent[0], batch[^1]);
            Assert.Equal(await ReadAsync(0), batch);
        }
    }

    [Fact]
    public async Task The_statistics_are_what_the_server_holds()
    {
        await SendAsync("Alice", "One more");
        var stats = await StatsAsync();
        Assert.Equal(held, stats.EnumerateObject().Select(field => field.Name));
        Assert.Equal((await ReadAsync(0)).Length, stats.GetProperty("messages").GetInt32());
        // Nobody waits, is connected or is online once this test's own reading is over.
        foreach (var count in held.Where(field => field is "connections" or "subscriptions"))
        {
            await Wait.UntilAsync(async () => (await StatsAsync()).GetProperty(count).GetInt32() == 0, $"no {count}");
        }
        if (held.Contains("users"))
        {
            await Wait.UntilAsync(
                async () => (await StatsAsync()).GetProperty("users").GetArrayLength() == 0, "no users");
        }
    }

    [Fact]
    public async Task An_unknown_address_is_404_and_a_wrong_method_405()
    {
        foreach (var address in new[] { "/nothing", "/messages/1", "/chat.js/x", "/stats/x", "/favicon.ico" })
        {
            await ProblemAsync(HttpStatusCode.NotFound, await Http.GetAsync(address));
        }
        foreach (var address in new[] { "/", "/chat.js", "/stats" })
        {
            await ProblemAsync(HttpStatusCode.MethodNotAllowed, await Http.PostAsync(address, null));
            await ProblemAsync(HttpStatusCode.MethodNotAllowed, await Http.DeleteAsync(address));
        }
    }

    protected Task<JsonElement> StatsAsync() => Http.GetFromJsonAsync<JsonElement>("/stats");

    protected static string Repeat(string letter, int length) =>
        string.Concat(Enumerable.Repeat(letter, length / letter.Length));

    /// <summary>An error is told as problem+json (RFC 9457), with the headers that every answer has.</summary>
    protected static async Task<JsonElement> ProblemAsync(HttpStatusCode status, HttpResponseMessage response)
    {
        using (response)
        {
            var body = await response.Content.ReadAsStringAsync();
            Assert.True(
                status == response.StatusCode,
                $"{response.RequestMessage} is answered with {(int)response.StatusCode}: {body}");
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
            Assert.True(response.Headers.CacheControl?.NoStore);
            var problem = JsonSerializer.Deserialize<JsonElement>(body);
            Assert.Equal((int)status, problem.GetProperty("status").GetInt32());
            Assert.NotEqual("", problem.GetProperty("title").GetString()!.Trim());
            return problem;
        }
    }
}
