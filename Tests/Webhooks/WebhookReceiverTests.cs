using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Tests;

/// <summary>POST /webhook: what another server says arrives if it is signed, fresh and well formed, and once.</summary>
[Trait("Step", "6")]
public sealed class WebhookReceiverTests(WebhookReceiverTests.Pair pair) : IClassFixture<WebhookReceiverTests.Pair>
{
    const string VectorSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    static int lastId;

    static readonly WebhookDelivery Vector = new(
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "1614265330",
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        Encoding.UTF8.GetBytes("""{"test": 2432232314}"""));

    /// <summary>A chat that is subscribed to a peer.</summary>
    public sealed class Pair : IAsyncLifetime
    {
        internal ChatServer Chat { get; private set; } = null!;

        internal WebhookPeer Peer { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            Chat = ChatServer.Start();
            Peer = await WebhookPeer.StartAsync();
            var (status, body) = await Chat.FollowAsync(Peer.Address);
            Assert.True(status == HttpStatusCode.Created, body);
            Assert.Equal([$"http://{Chat.Authority}"], Peer.Registered);
        }

        public async Task DisposeAsync()
        {
            await Peer.DisposeAsync();
            await Chat.DisposeAsync();
        }
    }

    ChatServer Chat => pair.Chat;

    WebhookPeer Peer => pair.Peer;

    [Fact]
    public void The_tests_own_signature_is_that_of_the_standard() =>
        Assert.Equal(Vector.Signature, StandardWebhooks.Sign(VectorSecret, Vector.Id!, Vector.Timestamp!, Vector.Body));

    [Fact]
    public async Task The_vector_of_the_standard_is_known_by_its_signature_and_refused_for_its_age()
    {
        await AnswersAsync(HttpStatusCode.Unauthorized, Vector);
        await using var peer = await WebhookPeer.StartAsync();
        peer.Secret = VectorSecret;
        Assert.Equal(HttpStatusCode.Created, (await Chat.FollowAsync(peer.Address)).Status);

        await AnswersAsync(HttpStatusCode.BadRequest, Vector);
        await AnswersAsync(HttpStatusCode.BadRequest, Vector, chunked: true);
        foreach (var forged in Tampered(Vector))
        {
            await AnswersAsync(HttpStatusCode.Unauthorized, forged);
        }
    }

    [Fact]
    public async Task What_is_signed_is_shown_as_it_was_said_and_where()
    {
        var before = await Chat.SayAsync("Before");
        var (user, text) = ("ВашеІм'я", """<img src=x onerror=alert(1)> "quoted" \ 👩‍🚀""");
        var said = DateTimeOffset.Parse("2026-01-02T03:04:05.6789Z", null);
        var body = JsonSerializer.Serialize(
            new { type = "messages", timestamp = said, data = new[] { new { id = 7, user, text, timestamp = said } } });
        await AnswersAsync(HttpStatusCode.NoContent, Signed(body));
        await AnswersAsync(HttpStatusCode.NoContent, Signed(Body("Second", "Third")), chunked: true);

        var shown = await Chat.AfterAsync(before);
        Assert.Equal(
            (user, text, said, Peer.Authority), (shown[0].User, shown[0].Text, shown[0].Timestamp, shown[0].Origin));
        Assert.Equal([text, "Second", "Third"], shown.Select(message => message.Text));
        Assert.Equal([before + 1, before + 2, before + 3], shown.Select(message => message.Id));
    }

    [Fact]
    public async Task What_is_forged_is_401_and_changes_nothing()
    {
        var before = await Chat.SayAsync("Before");
        var good = Signed(Body("Forged"));
        foreach (var forged in Tampered(good))
        {
            await AnswersAsync(HttpStatusCode.Unauthorized, forged);
        }
        // Signed by another key, by none at all, or by what stands in the secret before it is decoded.
        var undecoded = "whsec_" + Convert.ToBase64String(Encoding.UTF8.GetBytes(Peer.Secret));
        foreach (var secret in new[] { StandardWebhooks.NewSecret(), "whsec_", undecoded })
        {
            await AnswersAsync(HttpStatusCode.Unauthorized, WebhookDelivery.Signed(secret, Body("Forged")));
        }
        // The signature is looked at before the age and the content.
        await AnswersAsync(HttpStatusCode.Unauthorized, good with { Body = "{"u8.ToArray() });
        await AnswersAsync(HttpStatusCode.Unauthorized, good with { Timestamp = "soon" });
        Assert.Empty(await Chat.AfterAsync(before));
        // None of this has used its id up.
        await AnswersAsync(HttpStatusCode.NoContent, good);
        Assert.Single(await Chat.AfterAsync(before), message => message.Text == "Forged");
    }

    [Fact]
    public async Task One_right_signature_among_several_suffices()
    {
        foreach (var header in new[] { "{0} v1,AAAA", "v1,AAAA {0}", "v1a,AAAA v2,BBBB v1, {0} junk", "{0} {0}" })
        {
            var good = Signed(Body("Rotated"));
            var rotated = good with { Signature = string.Format(null, header, good.Signature) };
            await AnswersAsync(HttpStatusCode.NoContent, rotated);
        }
        string[] wrong = ["v2,{0}", "v1a,{0}", "V1,{0}", "{0}", "v1={0}", "v1,", " ", "v1,{0}=", "v1,{0}v1,{0}"];
        foreach (var header in wrong)
        {
            var good = Signed(Body("Rotated"));
            var forged = good with { Signature = string.Format(null, header, good.Signature!["v1,".Length..]) };
            await AnswersAsync(HttpStatusCode.Unauthorized, forged);
        }
    }

    [Theory]
    [InlineData(-295, HttpStatusCode.NoContent)]
    [InlineData(295, HttpStatusCode.NoContent)] // 5 s for a slow machine
    [InlineData(-310, HttpStatusCode.BadRequest)]
    [InlineData(301, HttpStatusCode.BadRequest)]
    [InlineData(-1_000_000_000, HttpStatusCode.BadRequest)]
    [InlineData(1_000_000_000, HttpStatusCode.BadRequest)]
    public async Task A_timestamp_may_be_5_minutes_off_either_way(int age, HttpStatusCode expected)
    {
        var before = await Chat.SayAsync("Before");
        await AnswersAsync(expected, Signed(Body("Old"), age: age));
        Assert.Equal(expected == HttpStatusCode.NoContent ? 1 : 0, (await Chat.AfterAsync(before)).Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("soon")]
    [InlineData("1e9")]
    [InlineData("0x7fffffff")]
    [InlineData("9223372036854775807")]
    [InlineData("-9223372036854775808")]
    [InlineData("99999999999999999999999999")]
    [InlineData("2026-01-02T03:04:05Z")]
    public async Task A_timestamp_that_is_none_is_400_though_signed(string timestamp) =>
        await AnswersAsync(HttpStatusCode.BadRequest, Signed(Body("When?"), timestamp: timestamp));

    [Fact]
    public async Task A_second_delivery_gets_its_2xx_and_changes_nothing()
    {
        var before = await Chat.SayAsync("Before");
        var delivery = Signed(Body("Once"), id: "msg_once");
        await AnswersAsync(HttpStatusCode.NoContent, delivery);
        await AnswersAsync(HttpStatusCode.NoContent, delivery);
        // As a retry comes: a new timestamp, so a new signature, over the same id.
        await AnswersAsync(HttpStatusCode.NoContent, Signed(Body("Once"), id: "msg_once", age: 7));
        // All at once.
        var other = Signed(Body("Twice"));
        Assert.All(
            await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => other.PostAsync(Chat.Http))),
            status => Assert.Equal(HttpStatusCode.NoContent, status));
        Assert.Equal(["Once", "Twice"], (await Chat.AfterAsync(before)).Select(message => message.Text));
    }

    [Fact]
    public async Task Who_replays_one_delivery_often_does_not_make_another_be_forgotten()
    {
        var before = await Chat.SayAsync("Before");
        var first = Signed(Body("First"));
        var second = Signed(Body("Second"));
        await AnswersAsync(HttpStatusCode.NoContent, first);
        await AnswersAsync(HttpStatusCode.NoContent, second);
        var eight = new ParallelOptions { MaxDegreeOfParallelism = 8 };
        await Parallel.ForAsync(0, 1_100, eight, async (_, _) => await second.PostAsync(Chat.Http));
        await AnswersAsync(HttpStatusCode.NoContent, first);
        Assert.Equal(["First", "Second"], (await Chat.AfterAsync(before)).Select(message => message.Text));
    }

    [Fact]
    public async Task An_id_is_remembered_only_if_it_is_short()
    {
        var before = await Chat.SayAsync("Before");
        await AnswersAsync(HttpStatusCode.BadRequest, Signed(Body("Long"), id: new('x', 5_000)));
        Assert.Empty(await Chat.AfterAsync(before));
    }

    [Fact]
    public async Task What_is_malformed_is_400_though_signed_and_changes_nothing()
    {
        var before = await Chat.SayAsync("Before");
        string[] bodies =
        [
            "", " ", "{", "null", "true", "42", "\"messages\"", "[]", "{}",
            """{"type":"messages"}""",
            """{"type":"messages","data":null}""",
            """{"type":"messages","data":{}}""",
            """{"type":"messages","data":"Hello"}""",
            """{"type":"messages","data":[null]}""",
            """{"type":"messages","data":[[]]}""",
            """{"type":"messages","data":[{}]}""",
            """{"type":"messages","data":["Hello"]}""",
            """{"type":"other","data":[]}""",
            """{"type":null,"data":[]}""",
            """{"type":1,"data":[]}""",
            """{"data":[]}""",
            Body("Fine") + "x", Body("Fine")[..^1], new string('[', 10_000),
            One("""  "user":"Alice"  """),
            One("""  "text":"Hello"  """),
            One("""  "user":null,"text":"Hello"  """),
            One("""  "user":"Alice","text":null  """),
            One("""  "user":1,"text":"Hello"  """),
            One("""  "user":"Alice","text":{}  """),
            One("""  "user":" ","text":"Hello"  """),
            One("""  "user":"Alice","text":" \t "  """),
            One("""  "user":"Alice","text":""  """),
            One($"""  "user":"{new string('u', 51)}","text":"Hello"  """),
            One($"""  "user":"Alice","text":"{new string('t', 501)}"  """),
            One("""  "user":"Ali\nce","text":"Hello"  """),
            One("""  "user":"Alice","text":"Hello\u0000there"  """),
            One("""  "user":"Alice","text":"\u001b[31mred"  """),
            One("""  "user":"Alice","text":"\ud800"  """),
            One("""  "user":"Alice","text":"Hello","timestamp":"yesterday"  """),
            One("""  "user":"Alice","text":"Hello","timestamp":0  """),
            // One of two is good: a batch is taken whole or not at all.
            """
            {"type":"messages","data":[{"user":"Alice","text":"Half","timestamp":"2026-01-02T03:04:05Z"},
            {"user":"Alice","text":" ","timestamp":"2026-01-02T03:04:05Z"}]}
            """,
        ];
        foreach (var body in bodies)
        {
            Assert.True(await Signed(body).PostAsync(Chat.Http) == HttpStatusCode.BadRequest, body);
        }
        byte[] invalid = [.. Encoding.UTF8.GetBytes(Body("X")).Select(one => one == (byte)'X' ? (byte)0xff : one)];
        await AnswersAsync(HttpStatusCode.BadRequest, WebhookDelivery.Signed(Peer.Secret, invalid));
        Assert.Empty(await Chat.AfterAsync(before));
        Chat.AssertQuietLog();

        static string One(string members) =>
            $$"""{"type":"messages","data":[{"timestamp":"2026-01-02T03:04:05Z",{{members}}}]}""";
    }

    [Fact]
    public async Task More_than_16_KB_is_413_and_less_is_not()
    {
        var before = await Chat.SayAsync("Before");
        // chunks count with their own headers
        foreach (var (chunked, most) in new[] { (false, 16 * 1024), (true, 16 * 1024 - 100) })
        {
            var large = Body("Large").PadRight(16 * 1024 + 1);
            await AnswersAsync(HttpStatusCode.RequestEntityTooLarge, Signed(large), chunked);
            await AnswersAsync(HttpStatusCode.NoContent, Signed(large[..most]), chunked);
        }
        Assert.Equal(["Large", "Large"], (await Chat.AfterAsync(before)).Select(message => message.Text));
        Chat.AssertQuietLog();
    }

    [Fact]
    public async Task The_key_of_a_message_comes_along_and_is_stored_once_and_nobody_here_can_take_it()
    {
        var before = await Chat.SayAsync("Before");
        var said = new { id = 1, user = "Bob", text = "Once", timestamp = DateTime.UtcNow, key = "Bob's key" };
        var body = JsonSerializer.Serialize(new { type = "messages", data = new[] { said } });
        using var taken = await Chat.Http.PostAsJsonAsync("/messages", new { user = "Bob", text = "Mine", said.key });
        Assert.Equal(HttpStatusCode.Created, taken.StatusCode);
        // Two deliveries of one message: as after a restart of the other server, which has forgotten the first.
        await AnswersAsync(HttpStatusCode.NoContent, Signed(body));
        await AnswersAsync(HttpStatusCode.NoContent, Signed(body));
        var messages = await Chat.AfterAsync(before);
        Assert.Equal([("Mine", said.key), ("Once", said.key)], messages.Select(one => (one.Text, one.Key)));
    }

    [Fact]
    public async Task A_message_without_a_key_is_known_by_its_id_and_where_it_is_from()
    {
        var before = await Chat.SayAsync("Before");
        // Two that differ in their id alone are two.
        var said = new { id = 5_000_000, user = "Bob", text = "Once", timestamp = DateTime.UtcNow };
        var data = new[] { said, said with { id = 5_000_001 } };
        var body = JsonSerializer.Serialize(new { type = "messages", data });
        await AnswersAsync(HttpStatusCode.NoContent, Signed(body, id: "msg_1"));
        await AnswersAsync(HttpStatusCode.NoContent, Signed(body, id: "msg_2"));
        await using var other = await WebhookPeer.StartAsync();
        Assert.Equal(HttpStatusCode.Created, (await Chat.FollowAsync(other.Address)).Status);
        // The same id from another server is another delivery.
        await AnswersAsync(HttpStatusCode.NoContent, WebhookDelivery.Signed(other.Secret, body, id: "msg_2"));
        Assert.Equal(
            [Peer.Authority, Peer.Authority, other.Authority, other.Authority],
            (await Chat.AfterAsync(before)).Select(message => message.Origin));
    }

    async Task AnswersAsync(HttpStatusCode expected, WebhookDelivery delivery, bool chunked = false) =>
        Assert.Equal(expected, await delivery.PostAsync(Chat.Http, chunked));

    /// <summary>What the peer could send.</summary>
    WebhookDelivery Signed(string body, string? id = null, int age = 0, string? timestamp = null) =>
        WebhookDelivery.Signed(Peer.Secret, body, id, age, timestamp);

    /// <summary>Messages that were never sent before.</summary>
    static string Body(params string[] texts)
    {
        var timestamp = DateTime.UtcNow;
        var data = texts
            .Select(text => new { id = Interlocked.Increment(ref lastId), user = "Bob", text, timestamp })
            .ToArray();
        return JsonSerializer.Serialize(new { type = "messages", timestamp, data });
    }

    /// <summary>The same with one thing changed, missing or doubled, in each place where that can be.</summary>
    static IEnumerable<WebhookDelivery> Tampered(WebhookDelivery good)
    {
        foreach (var at in new[] { 0, good.Body.Length / 2, good.Body.Length - 1 })
        {
            byte[] body = [.. good.Body];
            body[at] ^= 1;
            yield return good with { Body = body };
        }
        yield return good with { Body = [.. good.Body, (byte)' '] };
        yield return good with { Body = [.. good.Body[..^1]] };
        yield return good with { Body = [] };
        yield return good with { Id = null };
        yield return good with { Id = good.Id + "x" };
        yield return good with { Id = good.Id![..^1] };
        // The dots between the parts do not let one part end sooner and the next begin with the rest.
        yield return good with { Id = $"{good.Id}.{good.Timestamp![..1]}", Timestamp = good.Timestamp[1..] };
        yield return good with { Timestamp = null };
        yield return good with { Timestamp = $"{long.Parse(good.Timestamp!, null) + 1}" };
        yield return good with { Timestamp = "0" + good.Timestamp };
        yield return good with { Signature = null };
        yield return good with { Signature = "" };
        foreach (var at in new[] { 0, 3, good.Signature!.Length - 3 })
        {
            yield return good with
            {
                Signature = good.Signature[..at] + (good.Signature[at] == 'A' ? 'B' : 'A') + good.Signature[(at + 1)..],
            };
        }
        yield return good with { Signature = good.Signature[..^4] };
        yield return good with { Signature = string.Join(' ', Enumerable.Repeat("v1,AAAA", 2_000)) };
    }
}
