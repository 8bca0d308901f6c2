using System.Text;
using System.Text.Json;

namespace Tests;

/// <summary>POST /webhook: what another server says arrives if it is signed, fresh and well formed, and once.</summary>
public sealed class WebhookReceiverTests
{
    /// <summary>The example of Standard Webhooks.</summary>
    const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    static readonly WebhookDelivery standard = new(
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "1614265330",
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        Encoding.UTF8.GetBytes("""{"test": 2432232314}"""));

    /// <summary>A message as it stands in a webhook.</summary>
    sealed record Said(
        string Text, long Id = 1, string? Key = null, string Timestamp = "2026-01-02T03:04:05Z", string User = "Bob");

    /// <param name="What">If it is right, the text of its message.</param>
    sealed record Row(string What, WebhookDelivery Delivery, int Status, bool IsRight = false);

    [Theory, Steps(6)]
    public async Task Each_delivery_has_its_answer(int number)
    {
        Assert.Equal(
            standard.Signature, WebhookDelivery.Sign(Secret, standard.Id!, standard.Timestamp!, standard.Body));
        await using var step = await Step.StartAsync(number);
        using var chat = step.Chat();
        await using var peer = await WebhookPeer.StartAsync();
        Assert.Equal(401, await standard.PostAsync(chat));
        peer.Secret = Secret;
        await peer.FollowedByAsync(chat);
        Row[] rows = [.. Forgeries(standard), .. Rows()];
        foreach (var row in rows)
        {
            Assert.Equal((row.What, row.Status), (row.What, await row.Delivery.PostAsync(chat)));
        }
        await chat.SayAsync("Alice", "The last");
        var right = rows.Where(row => row.IsRight).Select(row => row.What);
        Assert.Equal([.. right, "The last"], (await chat.AfterAsync(0)).Select(message => message.Text));
    }

    /// <summary>One thing is changed, missing or doubled. Without that, it is refused for its age alone.</summary>
    static IEnumerable<Row> Forgeries(WebhookDelivery good)
    {
        yield return new("The example", good, 400);
        yield return new("One more blank", good with { Body = [.. good.Body, (byte)' '] }, 401);
        yield return new("No id", good with { Id = null }, 401);
        yield return new("A longer id", good with { Id = good.Id + "x" }, 401);
        yield return new("No time", good with { Timestamp = null }, 401);
        yield return new("Now", good with { Timestamp = Ago(0) }, 401);
        yield return new("The same time, longer", good with { Timestamp = "0" + good.Timestamp }, 401);
        yield return new("No signature", good with { Signature = null }, 401);
        yield return new("Another one", good with { Signature = good.Signature!.Replace('S', 's') }, 401);
    }

    static IEnumerable<Row> Rows()
    {
        var stranger = WebhookDelivery.NewSecret();
        yield return new("By a stranger", WebhookDelivery.Signed(stranger, Body(new Said("X"))), 401);
        // {0} is the right signature, {1} the same without its "v1,". One that is right is enough.
        foreach (var header in new[] { "{0} v1,AAAA", "v1,AAAA {0}", "v1a,AAAA v2,BBBB v1, {0} junk", "{0} {0}" })
        {
            yield return new(header, WithSignature(header), 204, IsRight: true);
        }
        foreach (var header in new[] { "v2,{1}", "V1,{1}", "{1}", "v1,", " ", "v1,{1}=", "v1,{1}v1,{1}" })
        {
            yield return new(header, WithSignature(header), 401);
        }

        // Five minutes either way; half a minute is for a slow machine.
        foreach (var age in new[] { 270, -299 })
        {
            yield return new($"{age} s old", Signed($"{age} s old", timestamp: Ago(age)), 204, IsRight: true);
        }
        foreach (var time in new[] { Ago(301), Ago(-330), "", "soon", $"{long.MaxValue}", $"{long.MinValue}" })
        {
            yield return new($"At {time}", Signed("X", timestamp: time), 400);
        }

        foreach (var body in Malformed())
        {
            yield return new(body, WebhookDelivery.Signed(Secret, body), 400);
        }
        yield return new("16 KB", WebhookDelivery.Signed(Secret, Body(new Said("16 KB")).PadRight(16_384)), 204, true);
        yield return new("More", WebhookDelivery.Signed(Secret, Body(new Said("X")).PadRight(16_385)), 413);

        // Who sends one again and again does not make another one be forgotten.
        var (first, second) = (Signed("First", new('x', 256)), Signed("Second"));
        yield return new("First", first, 204, IsRight: true);
        yield return new("Too long an id", Signed("X", new('x', 257)), 400);
        yield return new("Second", second, 204, IsRight: true);
        for (var i = 0; i < 1_000; i++)
        {
            yield return new("Second again", second, 204);
        }
        yield return new("The first one's id again", Signed("X", first.Id, Ago(60)), 204);

        static WebhookDelivery WithSignature(string header)
        {
            var good = Signed(header);
            return good with { Signature = string.Format(null, header, good.Signature, good.Signature![3..]) };
        }
    }

    static string[] Malformed()
    {
        var good = Body(new Said("X"));
        return
        [
            "", "null", good + "x", """{"type":"messages"}""", """{"data":[]}""", """{"type":"other","data":[]}""",
            """{"type":"messages","data":[null]}""", """{"type":"messages","data":[{}]}""",
            Body(new Said("Li\nne")), Body(new Said("X", User: null!)), Body(new Said("X", Id: 0)),
            Body(new Said("X", Key: "")), Body(new Said("X", Timestamp: null!)),
            Body(new Said("One of two is right: all or nothing"), new Said(" ")),
        ];
    }

    [Theory, Steps(6)]
    public async Task A_message_is_shown_as_it_was_said_and_where_and_once(int number)
    {
        await using var step = await Step.StartAsync(number);
        using var chat = step.Chat();
        await using var peer = await WebhookPeer.StartAsync();
        await using var other = await WebhookPeer.StartAsync();
        await peer.FollowedByAsync(chat);
        await other.FollowedByAsync(chat);
        var before = await chat.SayAsync("Bob", "Who is here can not take the key of who is there", "His key");
        Said[] messages =
        [
            new("""<img src=x onerror=alert(1)> "quoted" \ 👩‍🚀""", 1, "His key", "2026-01-02T03:04:05.6789Z"),
            new("Two hours east", 2, Timestamp: "2026-01-02T03:04:05+02:00"),
            new("Differs in its id alone", 3),
            new("Differs in its id alone", 4),
            new("The clock there is ahead", 5, Timestamp: "9999-12-31T23:59:59Z"),
        ];
        // Twice, as after a restart there: the second webhook has another id.
        foreach (var source in new[] { peer, peer, other })
        {
            Assert.Equal(204, await WebhookDelivery.Signed(source.Secret, Body(messages)).PostAsync(chat));
        }
        var last = await chat.SayAsync("Alice", "The last");
        var shown = await chat.AfterAsync(before.Id);
        var texts = messages.Select(message => message.Text).ToArray();
        Assert.Equal([.. texts, .. texts, "The last"], shown.Select(message => message.Text));
        Assert.Equal((peer.Address.Authority, "Bob", "His key"), (shown[0].Origin, shown[0].User, shown[0].Key));
        Assert.Equal(other.Address.Authority, shown[5].Origin);
        Assert.Equal(DateTimeOffset.Parse("2026-01-02T03:04:05.6789Z", null), shown[0].Timestamp);
        Assert.Equal(DateTimeOffset.Parse("2026-01-02T01:04:05Z", null), shown[1].Timestamp);
        Assert.InRange(shown[4].Timestamp, before.Timestamp, last.Timestamp);
    }

    static WebhookDelivery Signed(string text, string? id = null, string? timestamp = null) => WebhookDelivery.Signed(
        Secret, Body(new Said(text, Key: Guid.NewGuid().ToString("N"))), id, timestamp);

    static string Body(params Said[] messages) =>
        JsonSerializer.Serialize(new { type = "messages", data = messages }, JsonSerializerOptions.Web);

    /// <summary>A timestamp so many seconds ago; negative is in the future.</summary>
    static string Ago(int seconds) => $"{DateTimeOffset.UtcNow.ToUnixTimeSeconds() - seconds}";
}
