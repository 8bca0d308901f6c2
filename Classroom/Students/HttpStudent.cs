using System.Net;
using System.Net.Http.Json;

namespace Classroom;

/// <summary>What all students share who send by POST.</summary>
abstract class HttpStudent(Uri server, string name, StudentOptions options) : Student(server, name, options)
{
    private protected override async Task<long> TrySendAsync(OutgoingMessage message, CancellationToken cancellation)
    {
        using var request = BrowserHeaders.Post(Options.SendTo ?? Server, "/messages");
        request.Content = JsonContent.Create(new { user = Name, text = message.Text, key = message.Key });
        // A browser tells the length; without this the body would go in chunks.
        await request.Content.LoadIntoBufferAsync(cancellation);
        using var response = await RequestAsync(request, cancellation);
        var stored = await response.Content.ReadFromJsonAsync<ChatMessage>(cancellation);
        return stored!.Id;
    }

    /// <summary>Asks for the messages after an id.</summary>
    private protected async Task<ChatMessage[]> GetMessagesAsync(long after, CancellationToken cancellation)
    {
        using var request = BrowserHeaders.Fetch(Server, $"/messages?after={after}");
        using var response = await RequestAsync(request, cancellation);
        return response.StatusCode == HttpStatusCode.NoContent
            ? []
            : ChatMessage.ParseBatch(await response.Content.ReadAsByteArrayAsync(cancellation));
    }

    /// <summary>A request and its whole answer.</summary>
    /// <exception cref="HttpRequestException">No answer, or one that is not 2xx.</exception>
    /// <exception cref="TimeoutException">None in time.</exception>
    private protected async Task<HttpResponseMessage> RequestAsync(
        HttpRequestMessage request, CancellationToken cancellation)
    {
        CountRequest();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Options.Patience);
        try
        {
            var response = await Http.SendAsync(request, patience.Token);
            if (response.IsSuccessStatusCode)
            {
                return response;
            }
            response.Dispose();
            throw new HttpRequestException(
                $"{request.Method} {request.RequestUri} was answered with {(int)response.StatusCode}.",
                null,
                response.StatusCode);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new TimeoutException(
                $"{request.Method} {request.RequestUri} had no answer within {Options.Patience.TotalSeconds} s.");
        }
    }
}
