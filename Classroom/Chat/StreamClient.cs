using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;

namespace Classroom;

/// <summary>Reads an event stream: 05 and 06.</summary>
public sealed class StreamClient(Uri server, string user) : ChatClient(server, user)
{
    string? address;
    string? lastEventId;

    /// <summary>
    /// As an EventSource does: it keeps the address that it was made with, and the header Last-Event-ID says where to
    /// go on.
    /// </summary>
    public override async IAsyncEnumerable<ChatEvent> ReadAsync(
        long after, [EnumeratorCancellation] CancellationToken stop)
    {
        if (lastEventId != $"{after}")
        {
            lastEventId = null;
            address = $"/events?user={Uri.EscapeDataString(User)}&after={after}";
        }
        CountRequest();
        using var request = BrowserHeaders.EventStream(Server, address!);
        if (lastEventId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastEventId);
        }
        using var answer = await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
        answer.EnsureSuccessStatusCode();
        yield return new("open", []);
        await using var stream = await answer.Content.ReadAsStreamAsync(stop);
        await foreach (var item in SseParser.Create(stream, (_, data) => data.ToArray()).EnumerateAsync(stop))
        {
            // The parser is new after a reconnect, and knows of no id before the first that it reads.
            lastEventId = item.EventId ?? lastEventId;
            yield return new(item.EventType, item.Data, item.EventId);
        }
    }
}
