namespace Tests;

/// <summary>
/// A stranger who registers a URL makes the server send there: so it is this machine, or nothing. None of these tests
/// sends anything elsewhere, even if the step is wrong: nobody says anything, and 192.0.2.0/24 is nobody's (RFC 5737).
/// </summary>
public sealed class WebhookAddressTests
{
    static readonly string?[] refused =
    [
        // Where clouds keep credentials; the same as one number, and as IPv6.
        "http://169.254.169.254:80/latest/meta-data/", "http://2852039166/", "http://[::ffff:169.254.169.254]/",

        // Networks that are nobody else's business, and no single machine.
        "http://10.0.0.1/", "https://192.168.0.1:3000/", "http://192.0.2.2/", "http://[fe80::1]/", "http://0.0.0.0:9/",

        // Names of others, and what looks like one that is allowed.
        "http://evil.example", "http://localhost.evil.example", "http://127.0.0.1.invalid/", "http://x.chat.invalid/",

        // Somebody's credentials, or a host that is not the one that it seems to be.
        "http://user:password@localhost:9/", "http://localhost:9@10.0.0.1/", "http://10.0.0.1\\@localhost/",

        // Other schemes, and no URL.
        "file:///etc/passwd", "ws://localhost/", "localhost:9", "//localhost:9/", "http://[", "http://localhost:65536",
        " ", null, "http://127.0.0.1:9/" + new string('x', 200),
    ];

    [Theory, Steps(6)]
    public async Task Anything_but_http_to_this_machine_and_the_hosts_of_a_setting_is_refused(int number)
    {
        await using var step = await Step.StartAsync(number, ("WebhookHosts", "192.0.2.1; Chat.invalid"));
        using var chat = step.Chat();
        foreach (var path in new[] { "/webhooks", "/sources" })
        {
            foreach (var url in refused)
            {
                using var answer = await WebhookSubscription.AskAsync(chat, path, url);
                Assert.Equal((url, 400), (url, (int)answer.StatusCode));
            }
        }
        Assert.Equal(0, await chat.CountAsync("subscriptions"));
        string[] allowed =
            ["http://LOCALHOST/x?y", "http://127.8.9.1", "https://[::1]:9", "http://192.0.2.1", "http://CHAT.invalid"];
        await Task.WhenAll(allowed.Select(url => WebhookSubscription.StartAsync(step, chat, new(url))));
    }

    /// <summary>A name that was allowed can come to mean another address: so each connection is looked at.</summary>
    [Fact, Trait("Step", "6")]
    public async Task No_connection_is_made_to_another_machine()
    {
        using var http = new AddressGuard("chat.invalid").CreateClient(TimeSpan.FromSeconds(20));
        foreach (var url in new[] { "http://192.0.2.1:9/", "https://192.0.2.1/", "http://[2001:db8::1]:9/" })
        {
            var exception = await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync(url, Until.Token));
            Assert.Contains("not allowed", exception.Message);
        }
        await using var peer = await WebhookPeer.StartAsync();
        var asking = http.GetAsync($"http://localhost:{peer.Address.Port}/", Until.Token);
        await peer.TakeAsync();
        Assert.Equal(204, (int)(await asking).StatusCode);
    }
}
