using Classroom;

namespace Tests;

/// <summary>Sending and reading by WebSocket: 04. What is refused is in WebSocketTests.</summary>
public abstract class ContractOfSocket<TProgram>(
    StepServer<TProgram> server, string[] held) : ContractTests<TProgram>(server, held)
    where TProgram : class
{
    // Without an upgrade: 400.
    protected override string Address => "/ws?user=Alice";

    protected override async Task<ChatMessage[]> SendAsync(string user, params string[] texts)
    {
        await using var connection = await WebSocketConnection.OpenAsync(Server.Address, user);
        foreach (var text in texts)
        {
            await connection.SendAsync(text);
        }
        // Frames are answered in order: when the error comes, so has all that was sent before it, after what others had
        // sent.
        await connection.SendFrameAsync("{");
        List<ChatMessage> received = [];
        var (type, value) = await connection.NextAsync() ?? throw new EndOfStreamException();
        while (type is "messages" or "users")
        {
            received.AddRange(type == "messages" ? Connection.Batch(value) : []);
            (type, value) = await connection.NextAsync() ?? throw new EndOfStreamException();
        }
        return [.. received[^texts.Length..]];
    }

    protected override async Task<ChatMessage[]> ReadAsync(long after)
    {
        await using var connection = await WebSocketConnection.OpenAsync(Server.Address, "Reader", after);
        return await connection.BatchAsync();
    }
}
