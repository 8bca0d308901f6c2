using System.Diagnostics;
using System.Net;
using Classroom;

namespace Tests;

/// <summary>
/// A published step has all that it needs in its folder. It finds it there when it is started there, or when it is told
/// where that is: started elsewhere, the framework would look for the page and the settings in the folder of that
/// moment.
/// </summary>
[Trait("Step", "5")]
public sealed class PublishedStepTests
{
    [Fact]
    public async Task A_published_step_serves_its_page_by_its_own_settings()
    {
        var step = Steps.Folder(5);
        var published = Directory.CreateTempSubdirectory("published-");
        var elsewhere = Directory.CreateTempSubdirectory("elsewhere-");
        try
        {
            var (code, output, error) = await Command.RunAsync(new(
                "dotnet",
                [
                    "publish", Repository.Project(step), "--no-build", "--configuration", Repository.Configuration,
                    "--output", published.FullName, "--nologo", "--verbosity", "quiet",
                ]));
            Assert.True(code == 0, output + error);
            var program = Path.Combine(published.FullName, $"{step}.dll");
            await WorksAsync(program, published.FullName);
            await WorksAsync(program, elsewhere.FullName, "--contentRoot", published.FullName);
        }
        finally
        {
            published.Delete(recursive: true);
            elsewhere.Delete(recursive: true);
        }
    }

    static async Task WorksAsync(string program, string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo(
            "dotnet", [program, "--urls", $"http://127.0.0.1:{LoopbackPort.Free()}", .. arguments])
        { WorkingDirectory = folder };
        using var step = new Foreground(start);
        var address = await step.ListeningAsync();
        using var http = new HttpClient { BaseAddress = address };
        foreach (var file in new[] { "/", "/style.css", "/page.js", "/chat.js" })
        {
            using var answer = await http.GetAsync(file);
            Assert.Equal((file, HttpStatusCode.OK), (file, answer.StatusCode));
        }
        // Its settings are there as well: it is for this machine alone.
        using var forged = new HttpRequestMessage(HttpMethod.Get, "/stats") { Headers = { Host = "evil.example" } };
        using var refused = await http.SendAsync(forged);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        // And nothing but its page is served.
        foreach (var file in new[] { "/appsettings.json", "/05-Sse.dll", "/web.config" })
        {
            using var answer = await http.GetAsync(file);
            Assert.Equal((file, HttpStatusCode.NotFound), (file, answer.StatusCode));
        }
        await step.InterruptAsync();
    }
}
