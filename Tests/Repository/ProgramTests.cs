using System.Net;
using System.Net.WebSockets;

namespace Tests;

/// <summary>The programs that the pages tell to save and to start: each does what its page says.</summary>
public sealed class ProgramTests(BuiltPrograms programs) : IClassFixture<BuiltPrograms>
{
    /// <summary>The receiver's is the sender's as well.</summary>
    public static IEnumerable<ITheoryDataRow> Programs() =>
        from page in Page.All
        from block in page.Blocks
        where block.SavedAs is not (null or "sender.cs")
        select new TheoryDataRow<string, string>(page.Name, block.SavedAs!)
            .WithTrait("Step", page.Name[1..2]).WithTimeout(10 * 60 * 1000);

    [Theory, MemberData(nameof(Programs))]
    public async Task A_program_does_what_its_page_says(string page, string name)
    {
        using var program = name == "client.cs" ? null : Start(page, name);
        await (name switch
        {
            "client.cs" => FollowAsync(page),
            "sign.cs" => SignAsync(program!),
            "receiver.cs" => PayAsync(page, await program!.ListensAsync(), program),
            "smallest.cs" when page.StartsWith("03") => AskAsync(await program!.ListensAsync(), "/messages?after=0"),
            "smallest.cs" when page.StartsWith("04") => TalkAsync(await program!.ListensAsync()),
            "smallest.cs" when page.StartsWith("05") => AskAsync(await program!.ListensAsync(), "/events"),
            _ => throw new ArgumentException($"Nobody here knows what {name} does."),
        });
    }

    /// <summary>Its files and settings come with it: it is for this machine alone.</summary>
    [Fact, Trait("Step", "5")]
    public async Task A_step_that_was_copied_out_is_published_and_runs()
    {
        using var step = programs.StartPublished();
        using var http = new HttpClient { BaseAddress = await step.ListensAsync() };
        foreach (var (address, file) in new[] { ("/", "index.html"), ("/chat.js", "chat.js"), ("/page.js", "page.js") })
        {
            var served = await http.GetStringAsync(address, Until.Token);
            Assert.Equal(File.ReadAllText($"{Repository.Root}/05-Sse/{file}"), served);
        }
        http.DefaultRequestHeaders.Host = "evil.example";
        using var refused = await http.GetAsync("/stats", Until.Token);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
    }

    /// <summary>A client of the step itself.</summary>
    async Task FollowAsync(string page)
    {
        await using var step = await Step.StartAsync(int.Parse(page[..2]));
        using var chat = step.Chat();
        using var client = Start(page, "client.cs", $"{step.Address}");
        await chat.HoldsAsync("connections", 1);
        await chat.SayAsync("Alice", "Good morning");
        await client.WritesAsync("Good morning");
    }

    /// <summary>03 and 05: one waits, another one posts; more than once, as they can lose a wake-up.</summary>
    static async Task AskAsync(Uri server, string address)
    {
        using var http = new HttpClient { BaseAddress = server };
        var waiting = http.GetStreamAsync(address, Until.Token);
        await Until.TrueAsync(PostAsync, "an answer");
        using var reader = new StreamReader(await waiting);
        Assert.Contains("Hello", await reader.ReadLineAsync(Until.Token));

        async Task<bool> PostAsync()
        {
            (await http.PostAsync("/messages?text=Hello", null, Until.Token)).EnsureSuccessStatusCode().Dispose();
            return waiting.IsCompleted;
        }
    }

    static async Task TalkAsync(Uri server)
    {
        var address = new UriBuilder(server) { Scheme = "ws", Path = "/ws" }.Uri;
        using var bob = new ClientWebSocket();
        using var alice = new ClientWebSocket();
        await bob.ConnectAsync(address, Until.Token);
        await alice.ConnectAsync(address, Until.Token);
        await using var message = WebSocketStream.CreateReadableMessageStream(bob);
        var hearing = new StreamReader(message).ReadToEndAsync(Until.Token);
        await Until.TrueAsync(async () =>
        {
            await alice.SendAsync("Hello"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, Until.Token);
            return hearing.IsCompleted;
        });
        Assert.Equal("Hello", await hearing);
    }

    async Task PayAsync(string page, Uri shop, Running receiver)
    {
        using var sender = Start(page, "sender.cs");
        using var http = new HttpClient { BaseAddress = await sender.ListensAsync() };
        (await http.PostAsync($"/webhooks?url={shop}webhook", null, Until.Token)).EnsureSuccessStatusCode().Dispose();
        (await http.PostAsync("/payments?amount=20", null, Until.Token)).EnsureSuccessStatusCode().Dispose();
        await receiver.WritesAsync("""Webhook: {"type":"payment","amount":20}""");
        await sender.WritesAsync($"POST {shop}webhook: 204");
    }

    /// <summary>The signature of the figure.</summary>
    static async Task SignAsync(Running program)
    {
        Assert.True(await program.EndsAsync() == 0, program.All);
        Assert.Contains(program.Output.Single(), Page.Drawings);
    }

    Running Start(string page, string name, params string[] arguments)
    {
        string[] options = arguments.Length > 0 ? arguments : ["--urls", "http://127.0.0.1:0"];
        return programs.Start($"{page[..2]}-{Path.GetFileNameWithoutExtension(name)}", options);
    }
}
