using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Tests;

/// <summary>
/// A step that speaks TLS, by settings alone: a certificate that is made here, and an endpoint as appsettings.json or
/// the command line can name it. What crosses is HTTP/2.
/// </summary>
sealed class SecureServer<TProgram> : IAsyncDisposable
    where TProgram : class
{
    readonly DirectoryInfo folder;
    readonly StepServer<TProgram> server;
    int connections;

    SecureServer(DirectoryInfo folder, StepServer<TProgram> server)
    {
        this.folder = folder;
        this.server = server;
        var handler = new SocketsHttpHandler
        {
            SslOptions = new() { RemoteCertificateValidationCallback = (_, _, _, _) => true },
            EnableMultipleHttp2Connections = false,
            ConnectCallback = async (context, cancellation) =>
            {
                Interlocked.Increment(ref connections);
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await socket.ConnectAsync(IPAddress.Loopback, context.DnsEndPoint.Port, cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        Http = new(handler)
        {
            BaseAddress = Address,
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Timeout = Wait.Patience,
        };
    }

    /// <summary>https://localhost:PORT</summary>
    public Uri Address => new($"https://localhost:{server.Address.Port}");

    /// <summary>Speaks HTTP/2 and nothing else, over one connection.</summary>
    public HttpClient Http { get; }

    /// <summary>How many connections there have been.</summary>
    public int Connections => Volatile.Read(ref connections);

    public static SecureServer<TProgram> Start(params (string Key, string Value)[] settings)
    {
        var folder = Directory.CreateTempSubdirectory();
        var file = Path.Combine(folder.FullName, "localhost.pfx");
        File.WriteAllBytes(file, NewCertificate());
        return new(folder, new(
        [
            .. settings,
            ("urls", ""),
            ("Kestrel:Endpoints:Https:Url", "https://127.0.0.1:0"),
            ("Kestrel:Endpoints:Https:Certificate:Path", file),
            ("Kestrel:Endpoints:Https:Certificate:Password", "secret"),
        ]));
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await server.DisposeAsync();
        folder.Delete(recursive: true);
    }

    static byte[] NewCertificate()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var now = DateTimeOffset.UtcNow;
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return certificate.Export(X509ContentType.Pfx, "secret");
    }
}
