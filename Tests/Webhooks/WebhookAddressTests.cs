using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Tests;

/// <summary>
/// A stranger who registers a URL makes the server send there, so it is loopback or nothing.
/// None of these tests sends anything to another address, even if the step is wrong: nobody says anything while such a
/// URL could be registered,
/// and 0.0.0.0, by which the last test would be led astray, is this machine, too.
/// </summary>
[Trait("Step", "6")]
public sealed class WebhookAddressTests(
    WebhookAddressTests.Fixture fixture) : IClassFixture<WebhookAddressTests.Fixture>
{
    public sealed class Fixture : IAsyncLifetime
    {
        internal ChatServer Chat { get; } = ChatServer.Start();

        public Task InitializeAsync() => Task.CompletedTask;

        public async Task DisposeAsync() => await Chat.DisposeAsync();
    }

    ChatServer Chat => fixture.Chat;

    public static TheoryData<string?> Refused =>
    [
        // Where clouds keep credentials; the same as one number, in hexadecimal, in octal, and as IPv6.
        "http://169.254.169.254/", "http://169.254.169.254:80/latest/meta-data/", "http://2852039166/",
        "http://0xA9FEA9FE/", "http://0251.0376.0251.0376/", "http://169.16689662/",
        "http://[::ffff:169.254.169.254]/", "http://[::ffff:a9fe:a9fe]/", "http://[64:ff9b::a9fe:a9fe]/",
        "http://[fd00:ec2::254]/",

        // Networks that are nobody else's business, and no single machine.
        "http://10.0.0.1/", "https://10.0.0.1/", "http://0x0a000001", "http://167772161", "http://[::ffff:10.0.0.1]",
        "http://172.16.0.1/", "http://192.168.0.1:3000/", "http://100.64.0.1/", "http://192.0.2.1/",
        "http://255.255.255.255/", "http://224.0.0.1/", "http://[fe80::1]/", "http://[fd00::1]/",
        "http://[2001:db8::1]/", "http://0.0.0.0:9/", "http://0:9/", "http://[::]:9/",

        // Names of others, and what looks like this machine's.
        "http://evil.example", "http://localhost.evil.example", "http://127.0.0.1.invalid/",
        "http://localhost.invalid/", "http://no-such-name.invalid/", "http://ⓔⓥⓘⓛ.example", "http://*/",

        // Somebody's credentials, or a host that is not the one that it seems to be.
        "http://user:password@localhost:9/", "http://user@localhost:9/", "http://localhost:9@10.0.0.1/",
        "http://evil.example@localhost", "http://localhost@evil.example", "http://10.0.0.1#@localhost/",
        "http://evil.example#@localhost", "http://10.0.0.1\\@localhost/",

        // Other schemes, and none.
        "file:///etc/passwd", "file://localhost/etc/passwd", "/etc/passwd", "ftp://localhost/",
        "gopher://localhost:9/", "ws://localhost:9/", "javascript:alert(1)", "data:text/plain,x", "HTTP//localhost",
        "localhost:9", "127.0.0.1", "//localhost:9/", "//", "/", "x",

        // No URL.
        "http:", "http://", "http:///", "http:///path", "http://[", "http://[::", "http://]", "http://:3000",
        "http://localhost:-1", "http://localhost:65536", "http://localhost:x", "http://local host/", "http://%00",
        "http://\uFFFD", "\u0000", "not a URL", " ", "", null,
    ];

    [Theory, MemberData(nameof(Refused))]
    public async Task Anything_but_http_to_this_machine_is_400_and_the_answer_says_why(string? url)
    {
        await AssertRefusedAsync(url);
        Assert.Equal(0, await Chat.CountAsync());
        Assert.Empty(await Chat.SubscriptionsAsync());
    }

    [Fact]
    public async Task What_is_no_URL_or_a_very_long_one_is_400()
    {
        foreach (var path in new[] { "/webhooks", "/sources" })
        {
            string[] bodies =
            [
                "", "{", "null", "[]", "42", "{}", """{"url":42}""", """{"url":{}}""", """{"url":"\ud800"}""",
                $$"""{"url":"http://127.0.0.1:9/{{new string('x', 10_000)}}"}""",
            ];
            foreach (var body in bodies)
            {
                using var answer = await Chat.Http.PostAsync(path, new StringContent(body, null, "application/json"));
                Assert.True(answer.StatusCode == HttpStatusCode.BadRequest, $"{answer.StatusCode} to {body}");
            }
        }
        Chat.AssertQuietLog();
    }

    [OwnNameFact]
    public Task The_machines_own_name_is_refused_if_it_means_an_address_that_others_can_reach() =>
        AssertRefusedAsync($"http://{Dns.GetHostName()}:9/");

    [Theory]
    [InlineData("http://localhost:9/")]
    [InlineData("http://LOCALHOST:9/path?query")]
    [InlineData("http://127.0.0.1:9/")]
    [InlineData("http://127.8.9.10:9/")]
    [InlineData("http://[::1]:9/")]
    [InlineData("https://localhost:9/")]
    public async Task Loopback_is_allowed(string url)
    {
        await using var subscription = await Chat.SubscribeAsync(url);
        Assert.Equal("active", await subscription.StateAsync());
    }

    [Fact]
    public async Task What_is_sent_to_localhost_arrives()
    {
        await using var peer = await WebhookPeer.StartAsync();
        await using var subscription = await Chat.SubscribeAsync($"http://localhost:{peer.Port}/any/path?and=query");
        await Chat.SayAsync("One");
        Assert.Equal($"localhost:{peer.Port}", (await peer.WaitForAsync(1))[0].Headers["Host"]);
    }

    [Fact]
    public async Task Configuration_allows_further_hosts_and_only_those()
    {
        await using var chat = ChatServer.Start(("WebhookHosts", "192.0.2.1;chat.invalid"));
        using (var allowed = await chat.RegisterAsync("http://192.0.2.1:9/"))
        {
            Assert.Equal(HttpStatusCode.Created, allowed.StatusCode);
        }
        string[] others =
        [
            "http://192.0.2.2/", "http://192.0.2.1.invalid/", "http://x.chat.invalid/", "http://10.0.0.1/",
            "http://user:password@192.0.2.1/", "file://192.0.2.1/x",
        ];
        foreach (var url in others)
        {
            using var refused = await chat.RegisterAsync(url);
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        }
        await using var loopback = await chat.SubscribeAsync("http://127.0.0.1:9/");
    }

    /// <summary>
    /// A name is registered while it means loopback, and then comes to mean another address: the file in which it is
    /// looked up is changed.
    /// 0.0.0.0 is not loopback, but leads to this machine: there the peer would answer.
    /// </summary>
    [NameLookupFact]
    public async Task The_address_is_checked_again_at_each_connection()
    {
        await using var peer = await WebhookPeer.StartAsync();
        using var chat = await IsolatedChat.StartAsync();
        using var registered = await chat.Http.PostAsJsonAsync(
            "/webhooks", new { url = $"http://localhost:{peer.Port}/any/path?and=query" });
        Assert.Equal(HttpStatusCode.Created, registered.StatusCode);
        // A connection that is open has been checked: this answer closes it.
        peer.Answers.Enqueue(WebhookPeer.Status(204, ("Connection", "close")));
        await chat.SayAsync("One");
        await peer.WaitForAsync(1);

        await File.WriteAllTextAsync(chat.Hosts, "0.0.0.0 localhost\n");
        await chat.SayAsync("Two");
        await Wait.UntilAsync(
            async () =>
                (await chat.Http.GetStringAsync("/webhooks")).Contains("\"paused\""), "the subscription to be paused");
        Assert.Single(peer.Requests);
        using var source = await chat.Http.PostAsJsonAsync("/sources", new { url = $"http://localhost:{peer.Port}" });
        Assert.Equal(HttpStatusCode.BadGateway, source.StatusCode);
        Assert.Empty(peer.Registered);

        await File.WriteAllTextAsync(chat.Hosts, "127.0.0.1 localhost\n");
        using var again = await chat.Http.PostAsync($"{registered.Headers.Location}/resume", null);
        Assert.Equal(HttpStatusCode.Accepted, again.StatusCode);
        Assert.Equal("Two", Assert.Single((await peer.WaitForAsync(2))[1].Messages).Text);
    }

    /// <summary>
    /// A look-up can take long, during which it holds a thread, and its outcome would tell a stranger which names there
    /// are.
    /// </summary>
    [NameLookupFact]
    public async Task A_name_that_is_not_allowed_is_not_looked_up()
    {
        using var server = new UdpClient(new IPEndPoint(NameLookup.NameServer, 53)); // which does not answer
        using var chat = await IsolatedChat.StartAsync("--WebhookHosts", "allowed.invalid");
        foreach (var path in new[] { "/webhooks", "/sources" })
        {
            foreach (var name in new[] { "name.invalid", "localhost.invalid", "x.allowed.invalid" })
            {
                using var refused = await chat.Http.PostAsJsonAsync(path, new { url = $"http://{name}:9/" });
                Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
            }
        }
        Assert.Equal(0, server.Available);
        // To show that it would have been asked.
        _ = chat.Http.PostAsJsonAsync("/sources", new { url = "http://allowed.invalid:9/" });
        var question = await server.ReceiveAsync().WaitAsync(Wait.Patience);
        Assert.Contains("allowed", Encoding.ASCII.GetString(question.Buffer), StringComparison.Ordinal);
    }

    async Task AssertRefusedAsync(string? url)
    {
        using var answer = await Chat.RegisterAsync(url);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        AssertSaysWhy(await answer.Content.ReadAsStringAsync());
        var (status, body) = await Chat.FollowAsync(url);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        AssertSaysWhy(body);

        static void AssertSaysWhy(string body)
        {
            var problem = JsonSerializer.Deserialize<JsonElement>(body);
            var why = problem.TryGetProperty("detail", out var detail)
                ? detail.GetString()
                : problem.GetProperty("errors").ToString();
            Assert.InRange(why!.Length, 20, 300);
        }
    }
}
