namespace Classroom;

/// <summary>02: asks, waits 3 s, asks again.</summary>
sealed class ShortPollingStudent(Uri server, string name, StudentOptions options) : HttpStudent(server, name, options)
{
    bool opened;

    private protected override async Task ReceiveAsync(CancellationToken stop)
    {
        Answer(await GetMessagesAsync(Cursor, stop));
        Succeeded();
        var spread = !opened && Options.Spread;
        await Task.Delay(spread ? Options.Poll * Random.Shared.NextDouble() : Options.Poll, stop);
        opened = true;
    }
}
