using Classroom;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Tests;

/// <summary>
/// A server of the tests' own, inside their process, on loopback. It can be killed and started again on the same port.
/// </summary>
sealed class StubServer : IAsyncDisposable
{
    readonly Action<WebApplication> map;
    WebApplication? site;

    StubServer(int port, Action<WebApplication> map)
    {
        Port = port;
        this.map = map;
    }

    /// <summary>Its port on 127.0.0.1: the same after it is started again.</summary>
    public int Port { get; }

    /// <summary>127.0.0.1:PORT</summary>
    public string Authority => $"127.0.0.1:{Port}";

    /// <summary>http://127.0.0.1:PORT</summary>
    public Uri Address => new($"http://{Authority}");

    /// <param name="map">Adds what it answers.</param>
    public static async Task<StubServer> StartAsync(Action<WebApplication> map)
    {
        // Not a port of the system's choice: a client could be given the same one while this server is down.
        var server = new StubServer(LoopbackPort.Free(), map);
        await server.RestartAsync();
        return server;
    }

    /// <summary>Starts it again after <see cref="KillAsync"/>.</summary>
    public async Task RestartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls($"{Address}").ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        builder.Logging.ClearProviders();
        site = builder.Build();
        map(site);
        await site.StartAsync();
    }

    /// <summary>Ends it as a crash would: what is under way is cut off.</summary>
    public async Task KillAsync()
    {
        if (site is null)
        {
            return;
        }
        var last = site;
        site = null;
        await last.StopAsync(new CancellationToken(canceled: true));
        await last.DisposeAsync();
    }

    public async ValueTask DisposeAsync() => await KillAsync();
}
