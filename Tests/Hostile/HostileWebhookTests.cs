using System.Net;
using System.Text;
using Xunit.Abstractions;

namespace Tests;

/// <summary>Malformed requests to the routes that 06 alone has: each is refused, and changes nothing.</summary>
[Trait("Step", "6")]
public sealed class HostileWebhookTests(ITestOutputHelper output)
{
    const int Each = 400;

    static readonly string[] badIds =
    [
        "x", "%00", "%2e%2e", "%ff", "..%2f..", "0", "-1", "null", "%20", "'%20or%201=1", "%F0%9F%98%80",
        new('x', 2000),
    ];

    [Fact]
    public async Task Thousands_of_malformed_requests_to_its_own_routes_are_refused()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"The seed is {seed}.");
        var random = new Random(seed);
        var text = new HostileText(random);
        await using var chat = ChatServer.Start(("TimeoutSeconds", "2"));
        await using var peer = await WebhookPeer.StartAsync();
        Assert.Equal(HttpStatusCode.Created, (await chat.FollowAsync(peer.Address)).Status);
        var before = await chat.SayAsync("Before");

        for (var i = 0; i < Each; i++)
        {
            byte[] bytes = [0xFF, .. text.RandomBytes(random.Next(300))]; // No UTF-8 begins with 0xFF.
            var route = random.Next(2) == 0 ? "/webhooks" : "/sources";
            await RefusedAsync(chat, 400, Post(route, text.Json(json => $$"""{"url":{{json}}}""")));
            await RefusedAsync(chat, 400, Post(route, bytes));
            await RefusedAsync(chat, 415, Post(route, "{}", "text/plain"));
            // Nobody has signed it, so nobody reads it: whatever it is.
            await RefusedAsync(chat, 401, Post("/webhook", bytes));
            // Somebody has signed it, and it is no list of messages.
            var body = text.Json(json => $$"""{"type":"messages","data":[{"user":"Mallory","text":{{json}}}]}""");
            var signed = WebhookDelivery.Signed(peer.Secret, body);
            Assert.True(
                HttpStatusCode.BadRequest == await signed.PostAsync(chat.Http), $"Seed {seed}: not refused: {body}");
            var junk = WebhookDelivery.Signed(peer.Secret, bytes);
            Assert.Equal(HttpStatusCode.BadRequest, await junk.PostAsync(chat.Http));
            var id = badIds[random.Next(badIds.Length)];
            await RefusedAsync(chat, null, new(HttpMethod.Delete, Target(chat, $"/webhooks/{id}")));
            await RefusedAsync(chat, null, new(HttpMethod.Post, Target(chat, $"/webhooks/{id}/resume")));
        }
        foreach (var route in new[] { "/webhooks", "/sources", "/webhook" })
        {
            await RefusedAsync(chat, 413, Post(route, new byte[20_000]));
            await RefusedAsync(chat, 405, new(HttpMethod.Put, route));
        }

        // No message and no subscription has come of all that, and who was there is served as before.
        Assert.Equal(0, await chat.CountAsync());
        Assert.Single(peer.Registered);
        Assert.Empty(await chat.AfterAsync(before));
        var good = WebhookDelivery.Signed(
            peer.Secret,
            """{"type":"messages","data":[{"id":1,"user":"Bob","text":"Hello","timestamp":"2026-01-02T03:04:05Z"}]}""");
        Assert.Equal(HttpStatusCode.NoContent, await good.PostAsync(chat.Http));
        chat.AssertQuietLog();
    }

    /// <param name="expected">The status; null is any that blames the client.</param>
    static async Task RefusedAsync(ChatServer chat, int? expected, HttpRequestMessage request)
    {
        using (request)
        {
            using var answer = await chat.Http.SendAsync(request);
            var status = (int)answer.StatusCode;
            var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync();
            Assert.True(
                expected is null ? status is >= 400 and < 500 : status == expected,
                $"{status} to {request.Method} {request.RequestUri} {body}");
        }
    }

    static HttpRequestMessage Post(string route, string body, string type = "application/json") =>
        Post(route, Encoding.UTF8.GetBytes(body), type);

    static HttpRequestMessage Post(string route, byte[] body, string type = "application/json")
    {
        var request = new HttpRequestMessage(HttpMethod.Post, route) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new(type);
        return request;
    }

    // As it stands: the client may not tidy it up.
    static Uri Target(ChatServer chat, string path) => new(
        $"http://{chat.Authority}{path}",
        new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
}
