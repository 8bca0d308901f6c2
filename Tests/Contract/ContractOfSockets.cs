using Classroom;

namespace Tests;

/// <summary>Sending and reading by WebSocket: 04. What is refused is in WebSocketTests.</summary>
public abstract class ContractOfSocket<TProgram>(
    StepServer<TProgram> server, string[] held) : ContractTests<TProgram>(server, held)
    where TProgram : class
{
    protected override async Task<ChatMessage[]> SendAsync(string user, params string[] texts)
    {
        await using var connection = await WebSocketConnection.OpenAsync(Server.Address, user);
        // There are no answers: what is stored comes back with its key.
        var keys = texts.Select(_ => $"{Guid.NewGuid()}").ToArray();
        foreach (var (text, key) in texts.Zip(keys))
        {
            await connection.SendAsync(text, key);
        }
        var stored = new List<ChatMessage>();
        while (stored.Count < texts.Length)
        {
            stored.AddRange((await connection.BatchAsync()).Where(message => keys.Contains(message.Key)));
        }
        Assert.Equal(keys, stored.Select(message => message.Key));
        Newest = stored[^1].Id;
        return [.. stored];
    }

    protected override async Task<ChatMessage[]> ReadAsync(long after)
    {
        await using var connection = await WebSocketConnection.OpenAsync(Server.Address, "Reader", after);
        return await connection.UpToAsync(Newest);
    }
}
