using System.Net;
using System.Net.Sockets;

/// <summary>
/// Which servers this one may call. Their addresses come from strangers: without a guard, a
/// stranger could reach what only this machine can reach (server-side request forgery, SSRF).
/// In the classroom, all servers are on this machine, so it is the only one that is allowed. In
/// production it is the other way round: public addresses only, and never this machine.
/// </summary>
/// <param name="allowedHosts">More hosts that are allowed, separated by semicolons.</param>
class AddressGuard(string? allowedHosts)
{
    public const string Refusal = "The URL must start with http:// or https:// and lead to this " +
        "machine. Other hosts are allowed by --WebhookHosts \"host;host\".";

    // In lower case, as Uri.Host is.
    readonly string[] allowed = allowedHosts?.ToLowerInvariant().Split(
        ';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];

    /// <summary>The server's address without a path, or null if it is not allowed.</summary>
    public Uri? Check(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address))
        {
            return null;
        }
        if (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps)
        {
            return null;
        }
        if (address.UserInfo != "")
        {
            return null; // a name and a password: refused, not dropped without a word
        }

        // A name that is not allowed is not even looked up in DNS: that can take long, and would
        // tell a stranger which names exist.
        if (!address.IsLoopback && !allowed.Contains(address.Host))
        {
            return null;
        }

        // The path is always ours: not one that a stranger has chosen.
        return new UriBuilder(address.Scheme, address.Host, address.Port).Uri;
    }

    /// <summary>Calls only allowed servers, follows no redirect and keeps no cookie.</summary>
    public HttpClient CreateClient(TimeSpan timeout)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false, // or Connect() would see only the proxy's address
            ConnectCallback = Connect,
        };
        return new HttpClient(handler)
        {
            Timeout = timeout,
            MaxResponseContentBufferSize = 64 * 1024,
        };
    }

    // Since Check(), the name may have come to mean another address. So each connection looks
    // at the address that it goes to, unless its name is one of --WebhookHosts.
    async ValueTask<Stream> Connect(SocketsHttpConnectionContext context, CancellationToken token)
    {
        var host = context.DnsEndPoint.Host;
        var addresses = await Dns.GetHostAddressesAsync(host, token);
        if (!allowed.Contains(host) && !addresses.All(IPAddress.IsLoopback))
        {
            throw new HttpRequestException("This address is not allowed.");
        }

        // NoDelay, as in HttpClient's own sockets: what is written is sent at once.
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, token);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
