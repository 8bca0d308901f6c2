using System.Diagnostics;
using System.Net;
using Classroom;

namespace Tests;

/// <summary>
/// The folder of a step, copied out of the repository, is all that it needs, and so is what is published of it. It is
/// found when it is started there, or when the step is told where that is: started elsewhere, the framework would look
/// for the page and the settings in the folder of that moment.
/// </summary>
[Trait("Step", "5")]
public sealed class PublishedStepTests : IDisposable
{
    static readonly string step = Steps.Folder(5);

    readonly DirectoryInfo temporary = Directory.CreateTempSubdirectory("chat-");
    readonly string folder;

    public PublishedStepTests()
    {
        folder = temporary.CreateSubdirectory(step).FullName;
        foreach (var file in Directory.GetFiles(Path.Combine(Repository.Root, step)))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }
    }

    public void Dispose() => temporary.Delete(recursive: true);

    [Fact]
    public async Task A_folder_on_its_own_is_built_run_and_published()
    {
        var published = Path.Combine(temporary.FullName, "published");
        var (code, output, error) = await Command.RunAsync(new("dotnet",
        [
            "publish", "--output", published, "--nologo", "--verbosity", "quiet",
            "-nodeReuse:false", "--property:UseSharedCompilation=false",
        ])
        { WorkingDirectory = folder });
        Assert.True(code == 0, output + error);
        Assert.DoesNotContain("Program.cs", Directory.GetFiles(published).Select(Path.GetFileName));

        await WorksAsync(Path.Combine(folder, "bin", "Release", "net10.0", $"{step}.dll"), folder);
        var program = Path.Combine(published, $"{step}.dll");
        await WorksAsync(program, published);
        var elsewhere = temporary.CreateSubdirectory("elsewhere").FullName;
        await WorksAsync(program, elsewhere, "--contentRoot", published);
    }

    async Task WorksAsync(string program, string workingFolder, params string[] arguments)
    {
        using var run = new Foreground(new ProcessStartInfo(
            "dotnet", [program, "--urls", "http://127.0.0.1:0", .. arguments])
        { WorkingDirectory = workingFolder });
        using var http = new HttpClient { BaseAddress = await run.ListeningAsync() };
        foreach (var file in new[] { "index.html", "style.css", "page.js", "chat.js" })
        {
            var address = file == "index.html" ? "/" : $"/{file}";
            Assert.Equal(await File.ReadAllTextAsync(Path.Combine(folder, file)), await http.GetStringAsync(address));
        }
        // Its settings are there as well: it is for this machine alone.
        using var forged = new HttpRequestMessage(HttpMethod.Get, "/stats") { Headers = { Host = "evil.example" } };
        using var refused = await http.SendAsync(forged);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        // And nothing but its page is served.
        foreach (var file in new[] { "/appsettings.json", $"/{step}.dll", "/web.config" })
        {
            using var answer = await http.GetAsync(file);
            Assert.Equal((file, HttpStatusCode.NotFound), (file, answer.StatusCode));
        }
        await run.InterruptAsync();
    }
}
