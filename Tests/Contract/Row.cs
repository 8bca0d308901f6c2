using System.Net.Http.Headers;
using System.Text;

namespace Tests;

/// <summary>One line of the contract: a request, and what it is answered with.</summary>
/// <param name="Request">"POST /messages"</param>
/// <param name="Status">The answer's.</param>
/// <param name="Body">Null is none.</param>
/// <param name="Field">The only one that the answer says is wrong.</param>
/// <param name="Type">The body's; null says nothing of it.</param>
/// <param name="Headers">"Name: value"</param>
/// <param name="IsChunked">The length of the body is not told before.</param>
sealed record Row(
    string Request,
    int Status,
    string? Body = null,
    string? Field = null,
    string? Type = "application/json",
    string[]? Headers = null,
    bool IsChunked = false)
{
    public HttpRequestMessage ToRequest(Uri server)
    {
        // As it is: otherwise the client would take dots out of the path by itself.
        var raw = new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true };
        var words = Request.Split(' ', 2);
        var address = new Uri(server.GetLeftPart(UriPartial.Authority) + words[1], raw);
        var request = new HttpRequestMessage(new(words[0]), address);
        if (Body is not null)
        {
            // A body as text; "\u00ff" in it stands for a byte that is no UTF-8.
            var encoding = Body.Contains('\u00ff') ? Encoding.Latin1 : Encoding.UTF8;
            request.Content = new ByteArrayContent(encoding.GetBytes(Body));
            request.Content.Headers.ContentType = Type is null ? null : MediaTypeHeaderValue.Parse(Type);
            // The server can refuse before the body is sent: its answer is not lost in a reset.
            request.Headers.ExpectContinue = Body.Length > 16 * 1024;
            request.Headers.TransferEncodingChunked = IsChunked;
        }
        foreach (var header in Headers ?? [])
        {
            var parts = header.Split(": ", 2);
            if (!request.Headers.TryAddWithoutValidation(parts[0], parts[1]))
            {
                request.Content!.Headers.TryAddWithoutValidation(parts[0], parts[1]);
            }
        }
        return request;
    }

    public override string ToString() =>
        $"{Request} {string.Join(", ", Headers ?? [])} {(Body?.Length > 100 ? $"{Body.Length} characters" : Body)}";
}
