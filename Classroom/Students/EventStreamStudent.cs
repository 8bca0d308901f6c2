using System.Net.ServerSentEvents;

namespace Classroom;

/// <summary>
/// 05 and 06: one event stream; comes back with Last-Event-ID, as a browser's EventSource does. Sends by POST.
/// </summary>
sealed class EventStreamStudent(Uri server, string name, StudentOptions options) : HttpStudent(server, name, options)
{
    string lastEventId = "";

    private protected override async Task ReceiveAsync(CancellationToken stop)
    {
        // Like an EventSource, it keeps the address that it was made with: the header says where to go on.
        using var request = BrowserHeaders.EventStream(Server, $"/events?user={Uri.EscapeDataString(Name)}&after=0");
        if (lastEventId.Length > 0)
        {
            request.Headers.Add("Last-Event-ID", lastEventId);
        }
        CountRequest();
        using var response = await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
        response.EnsureSuccessStatusCode();
        await using var stream = await response.Content.ReadAsStreamAsync(stop);
        var events = SseParser.Create(stream, (_, data) => data.ToArray());
        await foreach (var item in events.EnumerateAsync(stop))
        {
            CountEvent();
            Succeeded();
            switch (item.EventType)
            {
                case "messages":
                    Show(ChatMessage.ParseBatch(item.Data));
                    break;
                case "users":
                    SetUsers(item.Data);
                    break;
            }
            // The parser is new after a reconnect, and knows of no id before the first that it reads.
            lastEventId = item.EventId ?? lastEventId;
        }
        throw new IOException("The stream has ended.");
    }
}
