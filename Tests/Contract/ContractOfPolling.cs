using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Classroom;

namespace Tests;

/// <summary>Reading by GET: 01 to 03.</summary>
public abstract class ContractOfPolling<TProgram>(
    StepServer<TProgram> server, string[] held) : ContractOfPosting<TProgram>(server, held)
    where TProgram : class
{
    protected override string LocationOf(ChatMessage stored) => $"/messages?after={stored.Id - 1}";

    protected override async Task<ChatMessage[]> ReadAsync(long after) => await GetAsync($"/messages?after={after}");

    [Fact]
    public async Task Without_a_cursor_there_is_everything()
    {
        var sent = await SendAsync("Alice", "The newest");
        var all = await GetAsync("/messages");
        Assert.Equal(sent[0], all[^1]);
        Assert.Equal(await ReadAsync(0), all);
    }

    [Fact]
    public async Task Where_a_message_is_said_to_be_it_is()
    {
        using var created = await Http.PostAsJsonAsync("/messages", new { user = "Alice", text = "Here" });
        Assert.Equal("Here", Assert.Single(await GetAsync(created.Headers.Location!.OriginalString)).Text);
    }

    [Fact]
    public async Task Cyrillic_is_readable_on_the_wire()
    {
        var sent = await SendAsync("Аліса", "Привіт");
        using var response = await Http.GetAsync($"/messages?after={sent[0].Id - 1}");
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        Assert.Contains("""user":"Аліса","text":"Привіт","timestamp":""", await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("99999999999999999999")]
    [InlineData("9223372036854775808")]
    [InlineData("-9223372036854775809")]
    [InlineData("NaN")]
    [InlineData("1.5")]
    [InlineData("1e3")]
    [InlineData("0x10")]
    [InlineData("last")]
    [InlineData("%00")]
    [InlineData("1&after=2")]
    [InlineData("")]
    public async Task A_bad_cursor_is_400(string after)
    {
        await SendAsync("Alice", "So that nobody has to wait");
        await ProblemAsync(HttpStatusCode.BadRequest, await Http.GetAsync($"/messages?after={after}"));
    }

    async Task<ChatMessage[]> GetAsync(string address) =>
        Connection.Batch(await Http.GetFromJsonAsync<JsonElement>(address));
}
