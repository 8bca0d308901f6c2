using System.Net.Http.Json;
using System.Text.Json;

namespace Classroom;

/// <summary>Sends by POST: all steps but 04.</summary>
public abstract class PostingClient(Uri server, string user) : ChatClient(server, user)
{
    public override async Task<ChatMessage> SendAsync(string text, string? key, CancellationToken stop)
    {
        CountRequest();
        using var request = BrowserHeaders.Post(Server, "/messages");
        object sent = key is null ? new { user = User, text } : new { user = User, text, key };
        request.Content = JsonContent.Create(sent);
        await request.Content.LoadIntoBufferAsync(stop); // A browser tells the length.
        using var answer = await Http.SendAsync(request, stop);
        var body = await answer.Content.ReadAsByteArrayAsync(stop);
        return answer.IsSuccessStatusCode ? ChatMessage.Parse(body) : throw Failure((int)answer.StatusCode, body);
    }

    /// <summary>408, 425 and 429 say "later", and 5xx may be over soon: only the rest is a refusal.</summary>
    static Exception Failure(int status, byte[] body)
    {
        var reason = $"HTTP {status}: {Words(body)}";
        return status is >= 400 and < 500 and not (408 or 425 or 429)
            ? new RefusedException(reason, status)
            : new HttpRequestException(reason);
    }

    /// <summary>Problem details (RFC 9457) as they are, or nothing.</summary>
    static string Words(byte[] body)
    {
        try
        {
            return JsonElement.Parse(body).ToString();
        }
        catch (JsonException)
        {
            return "";
        }
    }
}
