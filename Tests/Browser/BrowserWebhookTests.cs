using Classroom;

namespace Tests;

/// <summary>The panel by which a person subscribes one server to another.</summary>
[Collection("Browser")]
public sealed class BrowserWebhookTests(BrowserFixture fixture) : BrowserTests(fixture)
{
    [BrowserTheory, MemberData(nameof(Steps.WithWebhooks), MemberType = typeof(Steps))]
    public async Task What_is_said_on_another_server_appears_once_and_says_where_from(string step)
    {
        var server = Fixture.Server(step);
        await using var other = HostedStep.Start(step);
        string[] texts = [Unique("From there"), Unique("From here")];
        await Alice.OpenChatAsync(server, "Alice");
        await Bob.OpenChatAsync(other.BaseAddress, "Bob");
        await Alice.SubscribeAsync(other.BaseAddress);
        Assert.Equal("", await Alice.ReadAsync<string>("document.getElementById('url').value"));

        await Bob.SayAsync(texts[0]);
        await Alice.WaitForTextAsync(texts[0]);
        await Alice.SayAsync(texts[1]);
        await Alice.WaitForTextAsync(texts[1]);
        var rows = (await Alice.RowsAsync()).Where(row => texts.Contains(row.Text)).ToArray();
        Assert.Equal([("Bob", texts[0]), ("Alice", texts[1])], rows.Select(row => (row.User, row.Text)));
        Assert.EndsWith($" · from {other.BaseAddress.Authority}", rows[0].Time, StringComparison.Ordinal);
        Assert.DoesNotContain("from", rows[1].Time, StringComparison.Ordinal);
        Assert.Equal([texts[0]], (await Bob.RowsAsync()).Select(row => row.Text)); // One way only.
        await Bob.LeaveAsync(); // Before his server ends.
    }
}
