namespace Classroom;

/// <summary>02: asks, waits 3 s, asks again.</summary>
sealed class ShortPollingStudent(Uri server, string name, StudentOptions options) : HttpStudent(server, name, options)
{
    private protected override async Task ReceiveAsync(CancellationToken stop)
    {
        Answer(await GetMessagesAsync(Cursor, stop));
        Succeeded();
        await PauseAsync(Options.Poll, stop);
    }
}
