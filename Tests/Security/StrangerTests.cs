namespace Tests;

/// <summary>Pages of other origins, and hosts that a step is not.</summary>
public sealed class StrangerTests
{
    /// <summary>CORS does not apply to WebSockets: there the step has to look.</summary>
    [Theory, Steps(4)]
    public async Task A_socket_is_for_pages_of_the_same_origin(int number)
    {
        (string? Origin, string Host, int Status)[] rows =
        [
            (null, "localhost:3000", 101), // No browser: there is no page to protect its visitor from.
            ("http://localhost:3000", "localhost:3000", 101),
            ("https://localhost:3000", "localhost:3000", 101), // A proxy has taken off the TLS.
            ("http://LOCALHOST:3000", "localhost:3000", 101),
            ("https://localhost", "localhost:443", 101), // The same, however the default port is written.
            ("http://localhost", "localhost:443", 403),
            ("http://localhost:3001", "localhost:3000", 403),
            ("http://evil.example", "localhost", 403),
            ("http://localhost.evil.example", "localhost", 403),
            ("http://evil-localhost", "localhost", 403),
            ("null", "localhost", 403), // A page in a sandbox, or a file.
            ("localhost:3000", "localhost:3000", 403),
        ];
        await using var step = await Step.StartAsync(number);
        using var chat = step.Chat();
        await Assert.AllAsync(rows, async row =>
        {
            string[] origin = row.Origin is null ? [] : [$"Origin: {row.Origin}"];
            string[] headers = [.. Rows.Handshake, $"Host: {row.Host}", .. origin];
            Assert.Equal(row.Status, await StatusAsync(chat, "/ws?user=Alice", headers));
        });
    }

    /// <summary>Or a stranger's name, leading to this machine, would be of the same origin (DNS rebinding).</summary>
    [Theory, Steps(1, 2, 3, 4, 5, 6)]
    public async Task Another_host_is_refused_on_every_path(int number)
    {
        await using var step = await Step.StartAsync(number);
        using var chat = step.Chat();
        foreach (var path in new[] { "/", "/stats", "/messages", "/ws?user=Mallory", "/events?user=Mallory", "/no" })
        {
            foreach (var host in new[] { "evil.example", "localhost.evil.example", "127.0.0.2" })
            {
                Assert.Equal(400, await StatusAsync(chat, path, $"Host: {host}"));
            }
        }
    }

    static async Task<int> StatusAsync(Chat chat, string path, params string[] headers)
    {
        using var request = new Row($"GET {path}", 0, Headers: headers).ToRequest(chat.Server);
        using var answer = await chat.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Until.Token);
        return (int)answer.StatusCode;
    }
}
