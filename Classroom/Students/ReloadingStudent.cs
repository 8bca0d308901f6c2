namespace Classroom;

/// <summary>01: the person reloads the page from time to time, and after sending sees what is new.</summary>
sealed class ReloadingStudent(Uri server, string name, StudentOptions options) : HttpStudent(server, name, options)
{
    readonly SemaphoreSlim page = new(1);

    internal override async Task<long> SendAsync(OutgoingMessage message, CancellationToken cancellation)
    {
        var id = await base.SendAsync(message, cancellation);
        // Not while the page is being reloaded.
        await page.WaitAsync(cancellation);
        try
        {
            Answer(await GetMessagesAsync(Cursor, cancellation));
        }
        catch (Exception exception) when (IsFailure(exception) && !cancellation.IsCancellationRequested)
        {
            // The message is stored; the next reload shows it.
            CountFailure(exception);
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
            await LoadPageAsync(stop);
            ShowAgain(await GetMessagesAsync(0, stop));
        }
        finally
        {
            page.Release();
        }
        Succeeded();
        await PauseAsync(Options.Reload, stop);
    }

    async Task LoadPageAsync(CancellationToken stop)
    {
        HttpRequestMessage[] requests =
        [
            BrowserHeaders.Page(Server, "/"),
            BrowserHeaders.Style(Server, "/style.css"),
            BrowserHeaders.Script(Server, "/chat.js"),
            BrowserHeaders.Script(Server, "/page.js"),
        ];
        foreach (var request in requests)
        {
            using var response = await RequestAsync(request, stop);
        }
    }
}
