using System.Net;
using System.Net.Http.Json;

namespace Classroom;

/// <summary>What all students share who send by POST.</summary>
public abstract class HttpStudent : Student
{
    private protected HttpStudent(Uri server, string name, StudentOptions options) : base(server, name, options)
    {
    }

    /// <inheritdoc/>
    public override async Task<long> SendAsync(string text, CancellationToken cancellation = default)
    {
        using var request = BrowserHeaders.Post(Options.SendTo ?? Server, "/messages");
        request.Content = JsonContent.Create(new { user = Name, text });
        await request.Content.LoadIntoBufferAsync(cancellation); // A browser tells the length; without this the body would go in chunks.
        using var response = await RequestAsync(request, cancellation);
        return (await response.Content.ReadFromJsonAsync<ChatMessage>(cancellation))!.Id;
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
    private protected async Task<HttpResponseMessage> RequestAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        CountRequest();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Options.Patience);
        try
        {
            var response = await Http.SendAsync(request, patience.Token);
            if (!response.IsSuccessStatusCode)
            {
                using (response)
                {
                    throw new HttpRequestException($"{request.Method} {request.RequestUri} was answered with {(int)response.StatusCode}.", null, response.StatusCode);
                }
            }
            return response;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new TimeoutException($"{request.Method} {request.RequestUri} had no answer within {Options.Patience.TotalSeconds} s.");
        }
    }
}

/// <summary>01: the person reloads the page from time to time, and after sending sees what is new.</summary>
sealed class ReloadingStudent(Uri server, string name, StudentOptions options) : HttpStudent(server, name, options)
{
    readonly SemaphoreSlim page = new(1);
    bool opened;

    public override async Task<long> SendAsync(string text, CancellationToken cancellation = default)
    {
        var id = await base.SendAsync(text, cancellation);
        await page.WaitAsync(cancellation); // Not while the page is being reloaded.
        try
        {
            Answer(await GetMessagesAsync(Cursor, cancellation));
        }
        finally
        {
            page.Release();
        }
        return id;
    }

    private protected override async Task ReceiveAsync(CancellationToken stop)
    {
        await page.WaitAsync(stop);
        try
        {
            using var html = BrowserHeaders.Page(Server, "/");
            (await RequestAsync(html, stop)).Dispose();
            using var script = BrowserHeaders.Script(Server, "/chat.js");
            (await RequestAsync(script, stop)).Dispose();
            ShowAgain(await GetMessagesAsync(0, stop));
        }
        finally
        {
            page.Release();
        }
        Succeeded();
        await Task.Delay(!opened && Options.Spread ? Options.Reload * Random.Shared.NextDouble() : Options.Reload, stop);
        opened = true;
    }
}

/// <summary>02: asks, waits 3 s, asks again.</summary>
sealed class ShortPollingStudent(Uri server, string name, StudentOptions options) : HttpStudent(server, name, options)
{
    bool opened;

    private protected override async Task ReceiveAsync(CancellationToken stop)
    {
        Answer(await GetMessagesAsync(Cursor, stop));
        Succeeded();
        await Task.Delay(!opened && Options.Spread ? Options.Poll * Random.Shared.NextDouble() : Options.Poll, stop);
        opened = true;
    }
}

/// <summary>03: asks, and asks again as soon as there is an answer.</summary>
sealed class LongPollingStudent(Uri server, string name, StudentOptions options) : HttpStudent(server, name, options)
{
    private protected override async Task ReceiveAsync(CancellationToken stop)
    {
        var asking = GetMessagesAsync(Cursor, stop);
        Sit();
        Answer(await asking);
        Succeeded();
    }
}
