using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Classroom;

namespace Tests;

/// <summary>04: one connection, both ways.</summary>
[Trait("Step", "4")]
public sealed class WebSocketTests(SharedSteps steps) : IClassFixture<SharedSteps>, IAsyncLifetime
{
    const int Limit = 4096;

    readonly Uri server = steps.Start(Steps.Folder(4)).BaseAddress;
    readonly HttpClient http = new();
    long last;

    /// <summary>What was said in the tests before is not read again.</summary>
    public async Task InitializeAsync() =>
        last = (await KeyedChat.SendAsync(Steps.Folder(4), server, $"A test begins: {Guid.NewGuid():N}")).Id;

    public Task DisposeAsync()
    {
        http.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task A_message_is_a_frame_to_all()
    {
        await using var alice = await OpenAsync("Alice");
        await using var bob = await OpenAsync("Bob");
        await alice.SendAsync("Привіт, Bob");
        string frame;
        do
        {
            frame = (await bob.NextFrameAsync())!;
        }
        while (!frame.StartsWith("""{"type":"messages",""", StringComparison.Ordinal)); // Lists of users come between.
        Assert.Matches(
            """^\{"type":"messages","messages":\[\{"id":\d+,"user":"Alice","text":"Привіт, Bob",""" +
            """ "timestamp":"[-0-9T:.]+Z"\}\]\}$""".TrimStart(),
            frame);
        Assert.Equal("Привіт, Bob", Assert.Single(await alice.BatchAsync()).Text);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("{")]
    [InlineData("Hello")]
    [InlineData("null")]
    [InlineData("5")]
    [InlineData("[]")]
    [InlineData("\"message\"")]
    [InlineData("{}")]
    [InlineData("""{"text":"Hello"}""")]
    [InlineData("""{"type":"messages","text":"Hello"}""")]
    [InlineData("""{"type":"Message","text":"Hello"}""")]
    [InlineData("""{"type":5,"text":"Hello"}""")]
    [InlineData("""{"type":"message"}""")]
    [InlineData("""{"type":"message","text":null}""")]
    [InlineData("""{"type":"message","text":""}""")]
    [InlineData("""{"type":"message","text":" \r\n "}""")]
    [InlineData("""{"type":"message","text":5}""")]
    [InlineData("""{"type":"message","text":["Hello"]}""")]
    [InlineData("""{"type":"message","text":"Hello\u0000"}""")]
    [InlineData("""{"type":"message","text":"Hello\nBob: no"}""")]
    [InlineData("""{"type":"message","text":"\ud800"}""")]
    [InlineData("""{"type":"message","text":"Hello"} and more""")]
    [InlineData("too long")]
    [InlineData("too deep")]
    [InlineData("""{"type":"message","text":"Hello","key":""}""")]
    [InlineData("""{"type":"message","text":"Hello","key":5}""")]
    [InlineData("""{"type":"message","text":"Hello","key":"a key that is longer than the fifty characters of one"}""")]
    public async Task A_bad_frame_closes_with_1008_and_says_why(string frame)
    {
        frame = frame switch
        {
            "too long" => $$"""{"type":"message","text":"{{new string('a', 501)}}"}""",
            "too deep" => new string('[', 1_000),
            _ => frame,
        };
        await using var bob = await OpenAsync("Bob");
        await using var alice = await OpenAsync("Alice");
        await alice.SendFrameAsync(frame);
        Assert.Equal(1008, await alice.ClosedAsync());
        Assert.InRange(alice.CloseReason!.Length, 10, 123);
        // Nobody else is told, and nothing is stored.
        await bob.SendAsync("A good one");
        Assert.Equal("A good one", Assert.Single(await bob.BatchAsync()).Text);
    }

    [Fact]
    public async Task What_comes_after_a_bad_frame_is_not_stored()
    {
        await using var bob = await OpenAsync("Bob");
        await using var alice = await OpenAsync("Alice");
        await alice.SendAsync("Before");
        await alice.SendFrameAsync("{");
        await alice.SendAsync("After");
        Assert.Equal(1008, await alice.ClosedAsync());
        await bob.SendAsync("The end");
        Assert.Equal("Before", Assert.Single(await bob.BatchAsync()).Text);
        Assert.Equal("The end", Assert.Single(await bob.BatchAsync()).Text);
    }

    [Fact]
    public async Task A_key_is_its_authors_own()
    {
        await using var alice = await OpenAsync("Alice");
        await using var bob = await OpenAsync("Bob");
        foreach (var author in new[] { alice, bob })
        {
            await author.SendAsync("Hello", "the key");
            Assert.Equal("the key", Assert.Single(await bob.BatchAsync()).Key);
        }
    }

    [Fact]
    public async Task A_fragmented_message_is_read_whole()
    {
        await using var alice = await OpenAsync("Alice");
        var frame = Encoding.UTF8.GetBytes("""{"type":"message","text":"Привіт, 😀"}""");
        for (var i = 0; i < frame.Length; i++) // In the middle of letters as well.
        {
            await alice.SendFrameAsync([frame[i]], end: i == frame.Length - 1);
        }
        Assert.Equal("Привіт, 😀", Assert.Single(await alice.BatchAsync()).Text);
    }

    /// <summary>What has come so far may look like a message; its end has not come.</summary>
    [Fact]
    public async Task Who_closes_in_the_middle_of_a_message_has_said_nothing()
    {
        using (var socket = await RawConnection.OpenSocketAsync(server.Port, "Alice", 0))
        {
            var part = RawConnection.Frame(1, """{"type":"message","text":"A part"}"""u8, final: false);
            await socket.SendAsync((byte[])[.. part, .. RawConnection.Close(1000)]);
            var close = await socket.ReadFrameAsync(8);
            Assert.Equal(1000, BinaryPrimitives.ReadUInt16BigEndian(close));
        }
        await using var bob = await OpenAsync("Bob");
        await bob.SendAsync("The whole");
        Assert.Equal("The whole", Assert.Single(await bob.BatchAsync()).Text);
    }

    [Fact]
    public async Task The_longest_frame_is_4_KB()
    {
        await using var alice = await OpenAsync("Alice");
        await alice.SendFrameAsync("""{"type":"message","text":"Padded"}""".PadRight(Limit));
        Assert.Equal("Padded", Assert.Single(await alice.BatchAsync()).Text);
    }

    [Fact]
    public async Task A_ping_is_answered_with_its_own_words()
    {
        using var socket = await RawConnection.OpenSocketAsync(server.Port, "Alice", 0);
        await socket.SendAsync(RawConnection.Frame(9, "hi"u8));
        Assert.Equal("hi", Encoding.UTF8.GetString(await socket.ReadFrameAsync(10)));
    }

    [Theory]
    [InlineData("http://example.com")]
    [InlineData("http://{host}.example.com")]
    [InlineData("http://example.com:{port}")]
    [InlineData("http://not-{host}:{port}")]
    [InlineData("http://{host}")]
    [InlineData("http://{host}:1")]
    [InlineData("null")] // A page in a sandbox, or a file.
    public async Task A_page_of_another_origin_may_not_connect(string origin) =>
        await RefusedAsync(HttpStatusCode.Forbidden, await HandshakeAsync("user=Alice", origin));

    /// <summary>Compared as a language does, a soft hyphen would be passed over, and it would be the same.</summary>
    [Fact]
    public async Task An_origin_is_compared_character_by_character()
    {
        using var socket = await RawConnection.OpenAsync(server.Port);
        // In UTF-8: RawConnection writes one byte for each of these characters.
        await socket.SendAsync(RawConnection.Handshake("/ws?user=Alice", "Origin: http://local\u00C2\u00ADhost\r\n"));
        var head = await socket.ReadAsync(all => all.IndexOf("\r\n\r\n"u8) is >= 0 and var end ? end + 4 : 0);
        Assert.Equal([403], RawConnection.Statuses(head));
    }

    [Theory]
    [InlineData(null)] // No browser: there is no page to protect its visitor from.
    [InlineData("http://{host}:{port}")]
    [InlineData("https://{host}:{port}")]
    public async Task The_own_origin_and_none_may_connect(string? origin)
    {
        using var response = await HandshakeAsync("user=Alice&after=0", origin);
        Assert.Equal(HttpStatusCode.SwitchingProtocols, response.StatusCode);
    }

    [Fact]
    public async Task The_host_of_the_request_counts_not_a_fixed_name()
    {
        using var response = await HandshakeAsync("user=Alice", "http://localhost:3000", host: "localhost:3000");
        Assert.Equal(HttpStatusCode.SwitchingProtocols, response.StatusCode);
        await RefusedAsync(
            HttpStatusCode.Forbidden, await HandshakeAsync("user=Alice", "http://localhost:3000", host: "localhost"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("user=")]
    [InlineData("user=%20")]
    [InlineData("user=Ali%00ce")]
    [InlineData("user=Ali%0Ace")]
    [InlineData("user=aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeef")]
    [InlineData("user=Alice&after=last")]
    [InlineData("user=Alice&after=1e3")]
    [InlineData("user=Alice&after=9223372036854775808")]
    [InlineData("user=Alice&after=-9223372036854775809")]
    public async Task A_bad_name_or_cursor_is_400(string query) =>
        await RefusedAsync(HttpStatusCode.BadRequest, await HandshakeAsync(query, null));

    [Fact]
    public async Task Without_an_upgrade_it_is_400()
    {
        await RefusedAsync(HttpStatusCode.BadRequest, await http.GetAsync(new Uri(server, "/ws?user=Alice&after=0")));
        await RefusedAsync(
            HttpStatusCode.BadRequest,
            await http.PostAsJsonAsync(new Uri(server, "/ws?user=Alice"), new { type = "message", text = "Hello" }));
    }

    Task<WebSocketConnection> OpenAsync(string user) => WebSocketConnection.OpenAsync(server, user, last);

    static async Task RefusedAsync(HttpStatusCode status, HttpResponseMessage response)
    {
        using (response)
        {
            Assert.Equal(status, response.StatusCode);
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
            Assert.Equal(
                (int)status,
                (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("status").GetInt32());
        }
    }

    Task<HttpResponseMessage> HandshakeAsync(string query, string? origin, string? host = null) => Handshake.SendAsync(
        http,
        new(server, $"/ws?{query}"),
        origin?.Replace("{host}", server.Host).Replace("{port}", $"{server.Port}"),
        host);
}
