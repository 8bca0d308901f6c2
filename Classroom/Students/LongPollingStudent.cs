namespace Classroom;

/// <summary>03: asks, and asks again as soon as there is an answer.</summary>
sealed class LongPollingStudent(Uri server, string name, StudentOptions options) : HttpStudent(server, name, options)
{
    private protected override async Task ReceiveAsync(CancellationToken stop)
    {
        var asking = GetMessagesAsync(Cursor, stop);
        MarkConnected();
        Answer(await asking);
        Succeeded();
    }
}
