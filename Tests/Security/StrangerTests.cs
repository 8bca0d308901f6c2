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
            ("http://[::1]:3000", "[::1]:3000", 101),
            ("http://localhost", "localhost:80", 101), // The same, however the default port is written.
            ("http://localhost:80", "localhost", 101),
            ("https://localhost", "localhost:443", 101),
            ("https://localhost", "localhost", 101),
            ("http://localhost", "localhost:443", 403),
            ("https://localhost", "localhost:80", 403),
            ("http://localhost:3001", "localhost:3000", 403),
            ("http://localhost", "localhost:3000", 403),
            ("http://127.0.0.1:3000", "localhost:3000", 403),
            ("http://evil.example", "localhost", 403),
            ("http://evil.example:3000", "localhost:3000", 403),
            ("http://localhost.evil.example", "localhost", 403),
            ("http://evil-localhost", "localhost", 403),
            ("http://local\u00C2\u00ADhost", "localhost", 403), // A soft hyphen in UTF-8, which nobody sees.
            ("null", "localhost", 403), // A page in a sandbox, or a file.
            ("localhost:3000", "localhost:3000", 403),
        ];
        await using var step = await Step.StartAsync(number);
        await Assert.AllAsync(rows, async row =>
        {
            using var connection = await RawConnection.OpenAsync(step.Address!);
            string[] origin = row.Origin is null ? [] : [$"Origin: {row.Origin}"];
            var request = RawConnection.Request("GET /ws?user=Alice", [.. Rows.Handshake, .. origin]);
            await connection.SendAsync(request.Replace("Host: localhost", $"Host: {row.Host}"));
            Assert.StartsWith($"HTTP/1.1 {row.Status} ", await connection.HeadAsync());
        });
    }

    /// <summary>Or a stranger's name, leading to this machine, would be of the same origin (DNS rebinding).</summary>
    [Theory, Steps(1, 2, 3, 4, 5, 6)]
    public async Task Another_host_is_refused_on_every_path(int number)
    {
        await using var step = await Step.StartAsync(number);
        string[] paths = ["/", "/chat.js", "/stats", "/messages", "/ws?user=Mallory", "/events?user=Mallory", "/no"];
        string[] hosts = ["evil.example", "localhost.evil.example", "127.0.0.2", "a.localhost", "0.0.0.0"];
        string[] heads =
        [
            .. paths.Select(path => $"GET {path} HTTP/1.1\r\nHost: evil.example"),
            .. hosts.Select(host => $"GET / HTTP/1.1\r\nHost: {host}"),
            "GET http://evil.example/ HTTP/1.1\r\nHost: localhost",
            "GET http://localhost/ HTTP/1.1\r\nHost: evil.example",
        ];
        await Assert.AllAsync(heads, async head =>
        {
            using var connection = await RawConnection.OpenAsync(step.Address!);
            await connection.SendAsync($"{head}\r\n\r\n");
            Assert.StartsWith("HTTP/1.1 400 ", await connection.HeadAsync());
        });
    }
}
