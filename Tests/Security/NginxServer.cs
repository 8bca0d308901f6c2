using System.Diagnostics;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace Tests;

/// <summary>
/// A real nginx in front of a step, with the lines that the set gives to its readers, and none beside that would
/// matter. It listens on a socket in a folder of its own, so it needs no port.
/// </summary>
sealed class NginxServer(DirectoryInfo folder, Process process) : IAsyncDisposable
{
    public static async Task<NginxServer> StartAsync(Uri server)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There nginx listens on no such socket.");
        var program = Needs.Nginx();
        var text = File.ReadAllText(Path.Combine(Repository.Root, "Classroom", "PRODUCTION.md"));
        var lines = Regex.Match(text, "```nginx(.*?)```", RegexOptions.Singleline).Groups[1].Value;
        var map = Regex.Match(lines, @"map \$http_upgrade \$\w+ \{[^}]*\}").Value;
        var folder = Directory.CreateTempSubdirectory("nginx-");
        File.WriteAllText(
            Path.Combine(folder.FullName, "nginx.conf"),
            $$"""
            daemon off;
            {{(Environment.IsPrivilegedProcess ? "user root;" : "")}} # Another one may not look into this folder.
            pid nginx.pid;
            error_log error.log;
            events { }
            http {
              access_log off;
              client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
              uwsgi_temp_path uwsgi; scgi_temp_path scgi;
              {{map}}
              server {
                listen unix:{{folder.FullName}}/nginx.sock;
                location / {
                  {{lines.Replace(map, "")}}
                  proxy_pass {{server}};
                }
              }
            }
            """);
        var nginx = new NginxServer(
            folder, Process.Start(program, ["-p", folder.FullName, "-c", "nginx.conf", "-e", "error.log"]));
        await Until.TrueAsync(nginx.ListensAsync, "nginx to listen");
        return nginx;
    }

    /// <summary>As a browser would call it by this name.</summary>
    public HttpClient Client() => new(new SocketsHttpHandler
    {
        UseProxy = false,
        ConnectCallback = async (_, stop) => await ConnectAsync(stop),
    })
    { BaseAddress = new("http://localhost:8080") };

    public async ValueTask DisposeAsync()
    {
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync(CancellationToken.None);
        process.Dispose();
        folder.Delete(recursive: true);
    }

    async Task<Stream> ConnectAsync(CancellationToken stop)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(Path.Combine(folder.FullName, "nginx.sock")), stop);
        return new NetworkStream(socket, ownsSocket: true);
    }

    async Task<bool> ListensAsync()
    {
        if (process.HasExited)
        {
            Assert.Fail(File.ReadAllText(Path.Combine(folder.FullName, "error.log")));
        }
        return await Record.ExceptionAsync(async () => (await ConnectAsync(Until.Token)).Dispose()) is null;
    }
}
