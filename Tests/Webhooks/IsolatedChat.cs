using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using Classroom;

namespace Tests;

/// <summary>The step in a process that looks names up in a file and at a server of its own.</summary>
sealed class IsolatedChat : IDisposable
{
    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory();
    readonly Foreground process;

    IsolatedChat(string[] arguments)
    {
        Hosts = Path.Combine(folder.FullName, "hosts");
        var servers = Path.Combine(folder.FullName, "resolv.conf");
        File.WriteAllText(Hosts, "127.0.0.1 localhost\n");
        File.WriteAllText(servers, $"nameserver {NameLookup.NameServer}\n");
        var step = Steps.Folder(6);
        const string Script =
            """
            mount --bind "$0" /etc/hosts && mount --bind "$1" /etc/resolv.conf && shift && exec timeout 120 "$@"
            """;
        string[] command =
        [
            "dotnet", Repository.Program(step, Repository.Configuration), "--urls", "http://127.0.0.1:0",
            "--RetrySeconds", "0.01", .. arguments,
        ];
        process = new(new ProcessStartInfo("unshare", [.. NameLookup.Unshare, Script, Hosts, servers, .. command])
        {
            WorkingDirectory = Path.Combine(Repository.Root, step),
        });
    }

    /// <summary>The file of names: to be written to, not to be replaced by another one.</summary>
    public string Hosts { get; }

    public HttpClient Http { get; } = new();

    public static async Task<IsolatedChat> StartAsync(params string[] arguments)
    {
        var chat = new IsolatedChat(arguments);
        chat.Http.BaseAddress = await chat.process.ListeningAsync();
        return chat;
    }

    public async Task SayAsync(string text)
    {
        using var answer = await Http.PostAsJsonAsync("/messages", new { user = "Alice", text });
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
    }

    public void Dispose()
    {
        process.Dispose();
        Http.Dispose();
        folder.Delete(recursive: true);
    }
}
