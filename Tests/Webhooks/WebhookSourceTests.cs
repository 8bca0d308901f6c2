using System.Net;
using System.Net.Http.Json;

namespace Tests;

/// <summary>POST /sources: this chat subscribes to another server.</summary>
[Trait("Step", "6")]
public sealed class WebhookSourceTests(WebhookSourceTests.Fixture fixture) : IClassFixture<WebhookSourceTests.Fixture>
{
    public sealed class Fixture : IAsyncLifetime
    {
        internal ChatServer Chat { get; } = ChatServer.Start(("TimeoutSeconds", "2"));

        public Task InitializeAsync() => Task.CompletedTask;

        public async Task DisposeAsync() => await Chat.DisposeAsync();
    }

    ChatServer Chat => fixture.Chat;

    [Fact]
    public async Task Who_subscribes_again_takes_the_new_secret_and_the_one_before_and_no_other()
    {
        await using var peer = await WebhookPeer.StartAsync();
        Assert.Equal(HttpStatusCode.Created, (await Chat.FollowAsync(peer.Address)).Status);
        Assert.Equal([$"http://{Chat.Authority}"], peer.Registered);

        var before = await Chat.SayAsync("Before");
        var forgotten = peer.Secret;
        peer.Secret = StandardWebhooks.NewSecret();
        Assert.Equal(HttpStatusCode.Created, (await Chat.FollowAsync(peer.Address + "/any/path?and=query")).Status);
        var previous = peer.Secret;
        peer.Secret = StandardWebhooks.NewSecret();
        Assert.Equal(HttpStatusCode.Created, (await Chat.FollowAsync(peer.Address)).Status);
        Assert.Equal(3, peer.Registered.Count);
        const string Said = """{"id":1,"user":"Alice","text":"Hello","timestamp":"2026-01-02T03:04:05Z"}""";
        const string Body = $$"""{"type":"messages","data":[{{Said}}]}""";
        Assert.Equal(HttpStatusCode.Unauthorized, await WebhookDelivery.Signed(forgotten, Body).PostAsync(Chat.Http));
        Assert.Equal(HttpStatusCode.NoContent, await WebhookDelivery.Signed(previous, Body).PostAsync(Chat.Http));
        Assert.Equal(HttpStatusCode.NoContent, await WebhookDelivery.Signed(peer.Secret, Body).PostAsync(Chat.Http));
        Assert.Equal(peer.Authority, Assert.Single(await Chat.AfterAsync(before)).Origin);
    }

    [Fact]
    public async Task A_server_that_is_not_there_or_never_answers_is_502()
    {
        await using var peer = await WebhookPeer.StartAsync();
        await using var silent = await WebhookPeer.StartAsync();
        peer.Registering = silent.Registering = WebhookPeer.Never;
        var answers = await Task.WhenAll(Chat.FollowAsync(peer.Address), Chat.FollowAsync(silent.Address));
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.BadGateway, answer.Status));
        // which speaks no TLS
        Assert.Equal(HttpStatusCode.BadGateway, (await Chat.FollowAsync($"https://{peer.Authority}")).Status);
        await peer.KillAsync();
        Assert.Equal(HttpStatusCode.BadGateway, (await Chat.FollowAsync(peer.Address)).Status);
        Chat.AssertQuietLog();
    }

    [Fact]
    public async Task A_server_that_gives_no_secret_is_502_whatever_else_it_says()
    {
        await using var peer = await WebhookPeer.StartAsync();
        const string Json = "application/json";
        const string Good = """{"id":"1","secret":"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}""";
        var big = new string(' ', 1_000_000);
        string[] bodies =
        [
            "", "null", "{}", "[]", "{", """{"id":"1"}""", """{"id":"1","secret":null}""", """{"id":"1","secret":""}""",
            """{"id":"1","secret":"whs"}""", """{"id":"1","secret":"whsec_%%%"}""", """{"id":"1","secret":5}""",
            big + Good,
        ];
        (int Status, string Body, string Type)[] registrations =
        [
            .. bodies.Select(body => (201, body, Json)),
            (201, "<!DOCTYPE html>", "text/html"),
            (200, new string('[', 10_000), Json),
            (409, Good, Json),
            (500, "", "text/plain"),
        ];
        foreach (var (status, body, type) in registrations)
        {
            peer.Registering = WebhookPeer.Text(status, body, type);
            var (answer, _) = await Chat.FollowAsync(peer.Address);
            Assert.True(answer == HttpStatusCode.BadGateway, $"{answer} to {status} {type} {body.Trim()}");
        }
        Chat.AssertQuietLog();
    }

    [Fact]
    public async Task A_server_that_sends_elsewhere_is_not_followed_there()
    {
        await using var peer = await WebhookPeer.StartAsync();
        await using var elsewhere = await WebhookPeer.StartAsync();
        foreach (var status in new[] { 301, 302, 303, 307, 308 })
        {
            peer.Registering = WebhookPeer.Status(status, ("Location", $"{elsewhere.Address}/webhooks"));
            Assert.Equal(HttpStatusCode.BadGateway, (await Chat.FollowAsync(peer.Address)).Status);
        }
        Assert.Empty(elsewhere.Registered);
    }

    [Fact]
    public async Task A_page_of_another_origin_can_not_subscribe_this_chat()
    {
        await using var peer = await WebhookPeer.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/sources")
        {
            Content = new StringContent($$"""{"url":"{{peer.Address}}"}"""),
        };
        // all that a form can send without being asked
        Assert.Equal("text/plain", request.Content.Headers.ContentType!.MediaType);
        using var answer = await Chat.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.StatusCode);
        using var asked = new HttpRequestMessage(HttpMethod.Options, "/sources")
        {
            Headers = { { "Origin", "http://evil.example" }, { "Access-Control-Request-Method", "POST" } },
        };
        using var refused = await Chat.Http.SendAsync(asked);
        Assert.False(refused.Headers.Contains("Access-Control-Allow-Origin"));
        using var forged = new HttpRequestMessage(HttpMethod.Post, "/sources")
        {
            Headers = { Host = "evil.example" },
            Content = JsonContent.Create(new { url = peer.Address }),
        };
        using var answered = await Chat.Http.SendAsync(forged);
        Assert.Equal(HttpStatusCode.BadRequest, answered.StatusCode);
        Assert.Empty(peer.Registered);
    }
}
