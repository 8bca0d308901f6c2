using System.Net;
using System.Net.Security;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Tests;

/// <summary>Other ways to a step than plain HTTP/1.1 to 127.0.0.1: a page gets all it needs by them as well.</summary>
public sealed class WayTests
{
    /// <summary>One connection for all. The handshake of a WebSocket is a CONNECT there, answered 200.</summary>
    [Theory, Steps(1, 3, 4, 5, 6)]
    public async Task By_HTTP_2_with_TLS_all_goes_over_one_connection(int number)
    {
        var certificate = Path.GetTempFileName();
        await File.WriteAllBytesAsync(certificate, NewCertificate(), Until.Token);
        await using var step = await Step.StartAsync(
            number,
            ("urls", ""),
            ("Kestrel:Endpoints:Https:Url", "https://127.0.0.1:0"),
            ("Kestrel:Endpoints:Https:Certificate:Path", certificate));
        File.Delete(certificate);
        await using var wire = step.Wire();
        var options = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, _, _, _) => true };
        using var http = new HttpClient(new SocketsHttpHandler { SslOptions = options, UseProxy = false })
        {
            BaseAddress = new($"https://localhost:{wire.Port}"),
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        await WorksAsync(step.Technique, http);
        Assert.Equal(1, wire.Connections);
    }

    /// <summary>By the lines that the set gives to its readers.</summary>
    [Theory, Steps(3, 4, 5)]
    public async Task By_nginx_all_gets_through_at_once(int number)
    {
        await using var step = await Step.StartAsync(number);
        await using var nginx = await NginxServer.StartAsync(step.Address!);
        using var http = nginx.Client();
        await WorksAsync(step.Technique, http);
    }

    static async Task WorksAsync(Technique technique, HttpClient http)
    {
        foreach (var (address, _, _) in Rows.Files)
        {
            using var answer = await http.GetAsync(address, Until.Token);
            Assert.Equal((HttpStatusCode.OK, http.DefaultRequestVersion), (answer.StatusCode, answer.Version));
        }
        if (technique.Reading == Reading.WebSocket)
        {
            await SocketWorksAsync(http);
        }
        else if (technique.Reading == Reading.EventStream)
        {
            using var events = await EventBlocks.OpenAsync(http, "/events?user=Bob");
            await events.NextAsync("users");
            Assert.Equal([await SayAsync(http)], await events.NextBatchAsync());
        }
        else
        {
            var asking = technique.DeliversAtOnce ? AskAsync(http) : null;
            var said = await SayAsync(http);
            Assert.Equal([said], await (asking ?? AskAsync(http)));
        }
    }

    static async Task SocketWorksAsync(HttpClient http)
    {
        using (var socket = await ConnectAsync(http, http.BaseAddress!.GetLeftPart(UriPartial.Authority)))
        {
            await socket.SendAsync(SocketClient.Frame("Hello", "key"), WebSocketMessageType.Text, true, Until.Token);
            ChatMessage[] batch = [];
            while (batch.Length == 0)
            {
                batch = (await SocketClient.ReceiveAsync(socket, Until.Token))!.ReadMessages();
            }
            Assert.Equal("Hello", batch[0].Text);
        }
        var refused = await Assert.ThrowsAsync<WebSocketException>(() => ConnectAsync(http, "http://evil.example"));
        Assert.Contains("403", refused.Message);
    }

    static async Task<ClientWebSocket> ConnectAsync(HttpClient http, string origin)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Origin", origin);
        socket.Options.HttpVersion = http.DefaultRequestVersion;
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        var address = http.BaseAddress!.ToString().Replace("http", "ws") + "ws?user=Bob";
        await socket.ConnectAsync(new(address), http, Until.Token);
        return socket;
    }

    static async Task<ChatMessage> SayAsync(HttpClient http)
    {
        using var answer = await http.PostAsJsonAsync("/messages", new { user = "Alice", text = "Hello" }, Until.Token);
        return ChatMessage.Parse(await answer.Content.ReadAsByteArrayAsync(Until.Token));
    }

    static async Task<ChatMessage[]> AskAsync(HttpClient http) =>
        ChatMessage.ParseBatch(await http.GetByteArrayAsync("/messages", Until.Token));

    static byte[] NewCertificate()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var now = DateTimeOffset.UtcNow;
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return certificate.Export(X509ContentType.Pfx);
    }
}
