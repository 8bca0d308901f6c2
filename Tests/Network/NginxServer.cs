using System.Diagnostics;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Classroom;

namespace Tests;

/// <summary>
/// A real nginx in front of a step, configured by the lines that README.md gives, and by no other that would matter. It
/// has a folder of its own, and is gone with it.
/// </summary>
sealed partial class NginxServer : IAsyncDisposable
{
    readonly DirectoryInfo folder;
    readonly Process process;

    NginxServer(DirectoryInfo folder, Process process, int port)
    {
        this.folder = folder;
        this.process = process;
        Address = new($"http://127.0.0.1:{port}");
    }

    /// <summary>http://127.0.0.1:PORT</summary>
    public Uri Address { get; }

    /// <summary>Where nginx is; null where it is not. Debian's folder for it is not on everybody's PATH.</summary>
    public static string? Program { get; } =
        $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin:/usr/local/sbin".Split(':')
            .Select(path => Path.Combine(path, "nginx")).FirstOrDefault(File.Exists);

    /// <param name="server">The step.</param>
    /// <param name="lines">What stands in its location, besides where the step is.</param>
    public static async Task<NginxServer> StartAsync(Uri server, string lines)
    {
        var folder = Directory.CreateTempSubdirectory("nginx-");
        var port = LoopbackPort.Free();
        // Its workers would be somebody else, who may not look into this folder.
        var user = Environment.IsPrivilegedProcess ? "user root;" : "";
        var map = Map().Match(lines).Value;
        var location = Map().Replace(lines, "");
        File.WriteAllText(
            Path.Combine(folder.FullName, "nginx.conf"),
            $$"""
            daemon off;
            {{user}}
            worker_processes 1;
            pid nginx.pid;
            error_log error.log;
            events { }
            http {
              access_log off;
              client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
              uwsgi_temp_path uwsgi; scgi_temp_path scgi;
              {{map}}
              server {
                listen 127.0.0.1:{{port}};
                location / {
                  {{location}}
                  proxy_pass {{server}};
                }
              }
            }
            """);
        var start = new ProcessStartInfo(
            Program ?? throw new PlatformNotSupportedException("There is no nginx."),
            ["-p", folder.FullName, "-c", "nginx.conf", "-e", "error.log"])
        { RedirectStandardOutput = true, RedirectStandardError = true };
        var nginx = new NginxServer(folder, Process.Start(start)!, port);
        await Wait.UntilAsync(nginx.ListensAsync, nginx.Log);
        return nginx;
    }

    /// <summary>The lines of README.md, with the one for the outer block that a comment of them holds.</summary>
    public static string ReadmeLines()
    {
        var readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md")).ReplaceLineEndings("\n");
        return Assert.Single(Block().Matches(readme)).Groups[1].Value;
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
        folder.Delete(recursive: true);
    }

    async Task<bool> ListensAsync()
    {
        Assert.False(process.HasExited, Log());
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(Address.Host, Address.Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    string Log()
    {
        var file = Path.Combine(folder.FullName, "error.log");
        return File.Exists(file) ? File.ReadAllText(file) : "nginx has said nothing.";
    }

    [GeneratedRegex(@"```nginx\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"map \$http_upgrade \$\w+ \{[^}]*\}")]
    private static partial Regex Map();
}
