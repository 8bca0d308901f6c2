extern alias Sse;

using System.Net;
using Classroom;
using Server = Tests.StepServer<Sse::Program>;

namespace Tests;

/// <summary>05: one open answer that brings each batch as an event.</summary>
[Trait("Step", "5")]
public sealed class ServerSentEventsTests : IAsyncLifetime
{
    readonly Server server = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => server.DisposeAsync().AsTask();

    [Fact]
    public async Task The_stream_begins_at_once()
    {
        // Nobody has written anything: headers and the first list of users come all the same.
        await using var alice = await EventStreamConnection.OpenAsync(server.Address, "Alice");
        var response = alice.Response;
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        Assert.True(response.Headers.CacheControl is { NoStore: true });
        Assert.Equal(["no"], response.Headers.GetValues("X-Accel-Buffering"));
        Assert.Equal("users", (await alice.NextAsync())!.Value.Type);
        Assert.Null(alice.Event.EventId);
    }

    [Fact]
    public async Task The_stream_is_as_the_format_has_it()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/events?user=Alice");
        using var response = await server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        Assert.Equal(["retry: 1000"], await BlockAsync());
        Assert.Equal(["event: users", "data: [\"Alice\"]"], await BlockAsync());
        var sent = await PostAsync("Привіт");
        var lines = await BlockAsync();
        Assert.Equal([$"id: {sent.Id}", "event: messages"], lines[..2]);
        Assert.Matches(
            """^data: \[\{"id":\d+,"user":"Alice","text":"Привіт","timestamp":"[-0-9T:.]+Z"\}\]$""", lines[2]);
        Assert.Equal(3, lines.Count);

        async Task<List<string>> BlockAsync()
        {
            var block = new List<string>();
            while (await reader.ReadLineAsync().WaitAsync(Wait.Patience) is { Length: > 0 } line)
            {
                block.Add(line);
            }
            return block;
        }
    }

    [Fact]
    public async Task A_stream_is_resumed_by_header_or_by_query_and_the_header_counts()
    {
        var one = await PostAsync("One");
        var two = await PostAsync("Two");
        var three = await PostAsync("Three");
        foreach (var (query, header, expected) in new (string, string?, ChatMessage[])[]
        {
            ("", null, [one, two, three]),
            ("&after=0", null, [one, two, three]),
            ($"&after={one.Id}", null, [two, three]),
            ("", $"{two.Id}", [three]),
            ("&after=0", $"{two.Id}", [three]), // The browser comes back to the address that the page once made.
            ($"&after={two.Id}", $"{one.Id}", [two, three]),
            ($"&after={two.Id}", "0", [one, two, three]),
        })
        {
            await using var alice = await OpenAsync(query, header);
            Assert.Equal(expected, await alice.BatchAsync());
            // A batch has the id of its newest message.
            Assert.Equal($"{three.Id}", alice.Event.EventId);
        }
        // Nothing is new to this one, so its first batch is the next message.
        await using var again = await OpenAsync("", $"{three.Id}");
        var four = await PostAsync("Four");
        Assert.Equal([four], await again.BatchAsync());
    }

    [Theory]
    [InlineData("/events")]
    [InlineData("/events?user=")]
    [InlineData("/events?user=%20")]
    [InlineData("/events?user=Ali%0Ace")]
    [InlineData("/events?user=aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeef")]
    public async Task A_bad_name_is_400(string address)
    {
        using var response = await server.Http.GetAsync(address);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task The_heart_beats_while_nothing_happens()
    {
        await using var lively = new Server(("HeartbeatSeconds", "0.1"));
        await using var alice = await EventStreamConnection.OpenAsync(lively.Address, "Alice");
        await alice.UsersAsync("Alice");
        for (var i = 0; i < 5; i++)
        {
            var (type, value) = (await alice.NextAsync())!.Value;
            Assert.Equal(("heartbeat", ""), (type, value.GetString()));
            Assert.Null(alice.Event.EventId); // It leaves the cursor where it is.
        }
    }

    Task<ChatMessage> PostAsync(string text) => KeyedChat.SendAsync(Steps.Folder(5), server.Address, text);

    Task<EventStreamConnection> OpenAsync(string query, string? lastEventId) =>
        EventStreamConnection.OpenAtAsync(
            server.Address,
            $"/events?user=Bob{query}",
            lastEventId is null ? [] : [("Last-Event-ID", lastEventId)]);
}
