using System.Net;
using System.Runtime.CompilerServices;

namespace Classroom;

/// <summary>Reads by GET: 01 to 03. One question, one answer.</summary>
public sealed class PollingClient(Uri server, string user) : ChatClient(server, user)
{
    public override async IAsyncEnumerable<ChatEvent> ReadAsync(
        long after, [EnumeratorCancellation] CancellationToken stop)
    {
        CountRequest();
        using var request = BrowserHeaders.Fetch(Server, $"/messages?after={after}");
        using var answer = await Http.SendAsync(request, stop);
        answer.EnsureSuccessStatusCode();
        var isNothing = answer.StatusCode == HttpStatusCode.NoContent;
        yield return new("messages", isNothing ? [.. "[]"u8] : await answer.Content.ReadAsByteArrayAsync(stop));
    }
}
