using System.Diagnostics;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace Tests;

/// <summary>
/// A real nginx in front of a step, with the lines that the set gives to its readers, and none beside that would
/// matter. It listens on a socket in a folder of its own, so it needs no port.
/// </summary>
sealed partial class NginxServer(DirectoryInfo folder, Process process) : IAsyncDisposable
{
    UnixDomainSocketEndPoint EndPoint => new(Path.Combine(folder.FullName, "nginx.sock"));

    public static async Task<NginxServer> StartAsync(Uri server)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There nginx listens on no such socket.");
        var program = Needs.Nginx();
        var lines = ReaderLines();
        var map = Map().Match(lines).Value;
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
        ConnectCallback = async (_, stop) =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(EndPoint, stop);
            return new NetworkStream(socket, ownsSocket: true);
        },
    })
    { BaseAddress = new("http://localhost:8080") };

    public async ValueTask DisposeAsync()
    {
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync(CancellationToken.None);
        process.Dispose();
        folder.Delete(recursive: true);
    }

    async Task<bool> ListensAsync()
    {
        if (process.HasExited)
        {
            Assert.Fail(File.ReadAllText(Path.Combine(folder.FullName, "error.log")));
        }
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        return await Record.ExceptionAsync(() => socket.ConnectAsync(EndPoint)) is null;
    }

    static string ReaderLines()
    {
        string[] files = ["Classroom/PRODUCTION.md", "README.md"];
        var file = files.Select(name => Path.Combine(Repository.Root, name)).First(File.Exists);
        return Block().Match(File.ReadAllText(file).ReplaceLineEndings("\n")).Groups[1].Value;
    }

    [GeneratedRegex(@"```nginx\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"map \$http_upgrade \$\w+ \{[^}]*\}")]
    private static partial Regex Map();
}
