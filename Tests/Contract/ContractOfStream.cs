using Classroom;

namespace Tests;

/// <summary>Reading by an event stream: 05 and 06.</summary>
public abstract class ContractOfStream<TProgram>(
    StepServer<TProgram> server, string[] held) : ContractOfPosting<TProgram>(server, held)
    where TProgram : class
{
    protected override string LocationOf(ChatMessage stored) =>
        $"/events?user={Uri.EscapeDataString(stored.User)}&after={stored.Id - 1}";

    protected override async Task<ChatMessage[]> ReadAsync(long after)
    {
        await using var connection = await EventStreamConnection.OpenAsync(Server.Address, "Reader", after);
        return await connection.UpToAsync(Newest);
    }

    /// <summary>An EventSource that gets an error stops for good.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("last")]
    [InlineData("1.5")]
    [InlineData("1e15")]
    [InlineData("0x10")]
    [InlineData("NaN")]
    [InlineData("9223372036854775808")]
    [InlineData("-9223372036854775809")]
    [InlineData("%00")]
    [InlineData("1&after=2")]
    [InlineData("\u00e9")]
    public async Task Junk_means_from_the_start(string junk)
    {
        await SendAsync("Alice", "Something");
        var all = await ReadAsync(0);
        await using var byQuery = await EventStreamConnection.OpenAtAsync(
            Server.Address, $"/events?user=Bob&after={junk}");
        Assert.Equal(all, await byQuery.UpToAsync(Newest));
        await using var byHeader = await EventStreamConnection.OpenAtAsync(
            Server.Address, "/events?user=Bob", ("Last-Event-ID", junk == "\u00e9" ? "?" : junk)); // ASCII here.
        Assert.Equal(all, await byHeader.UpToAsync(Newest));
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
