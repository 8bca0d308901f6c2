using Classroom;

namespace Tests;

/// <summary>Reading by an event stream: 05 and 06.</summary>
public abstract class ContractOfStream<TProgram>(
    StepServer<TProgram> server, string[] held) : ContractOfPosting<TProgram>(server, held)
    where TProgram : class
{
    protected override string Address => "/events?user=Alice";

    protected override string LocationOf(ChatMessage stored) =>
        $"/events?user={Uri.EscapeDataString(stored.User)}&after={stored.Id - 1}";

    protected override async Task<ChatMessage[]> ReadAsync(long after)
    {
        await using var connection = await EventStreamConnection.OpenAsync(Server.Address, "Reader", after);
        return await connection.UpToAsync(Newest);
    }

    [Fact]
    public async Task Where_a_message_is_said_to_be_it_is()
    {
        var sent = await SendAsync("Alice", "Here");
        await using var connection = await EventStreamConnection.OpenAtAsync(
            Server.Address, LocationOf(sent[0]) + "&user=Bob");
        Assert.Equal(sent, await connection.BatchAsync());
    }
}
