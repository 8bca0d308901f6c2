using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;

namespace Tests;

/// <summary>How a step starts: anywhere, and with the settings that it has; or not, and why.</summary>
public sealed class StartTests : IDisposable
{
    readonly DirectoryInfo temporary = Directory.CreateTempSubdirectory("chat-");

    public void Dispose() => temporary.Delete(recursive: true);

    [Theory, Steps(1, 3, 4, 5, 6)]
    public async Task A_port_in_use_is_one_clear_line(int number)
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var line = await CannotStartAsync(number, $"http://{taken.LocalEndpoint}");
        Assert.Equal(
            $"Failed to bind to address http://{taken.LocalEndpoint}: address already in use. Stop what runs there, or "
            + "choose another port: --urls http://localhost:3005",
            line);
    }

    [Theory, Trait("Step", "1")]
    [InlineData("3005", "3005 is not possible: ")]
    [InlineData("localhost:3005", "localhost:3005 is not possible: ")]
    [InlineData("http:/localhost:3005", "http:/localhost:3005 is not possible: ")]
    [InlineData("http://localhost:3005/chat", "http://localhost:3005/chat is not possible: ")]
    [InlineData("http://localhost:99999", "The port in http://localhost:99999 is above 65535. ")]
    [InlineData("http://192.0.2.1:3005", "http://192.0.2.1:3005 is no address of this machine. ")]
    [InlineData("https://127.0.0.1:0", "https://127.0.0.1:0 is not possible: ")]
    public async Task An_address_that_does_not_do_is_one_clear_line(string urls, string begin)
    {
        var line = await CannotStartAsync(1, urls);
        Assert.StartsWith(begin, line);
        Assert.EndsWith(": --urls http://localhost:3005", line);
    }

    [Fact, Trait("Step", "1")]
    public async Task The_limits_are_those_of_appsettings_json()
    {
        await using var step = await Step.StartAsync(
            1, ("Kestrel:Limits:MaxConcurrentConnections", "2"), ("Logging:LogLevel:Microsoft", "None"));
        var settings = File.ReadAllText(Path.Combine(step.Folder, "appsettings.json"));
        Assert.Contains("\"MaxConcurrentConnections\": 10000,", settings);
        // A console that takes no more lines, as while text is selected in Windows, stops nobody.
        Assert.Contains("\"QueueFullMode\": \"DropWrite\"", settings);
        // The framework does not read them there by itself.
        using var chat = step.Chat();
        await chat.As("Alice").Http.GetStringAsync("/stats", Until.Token);
        await chat.As("Bob").Http.GetStringAsync("/stats", Until.Token);
        await Assert.ThrowsAsync<HttpRequestException>(() => chat.As("Carol").Http.GetAsync("/stats", Until.Token));
    }

    /// <summary>As in a school: a proxy for all, and nothing left of what a user may watch.</summary>
    [Fact, Trait("Step", "6")]
    public async Task A_step_uses_no_proxy_and_watches_no_file()
    {
        await using var other = await Step.StartAsync(6);
        var technique = other.Technique;
        var proxy = new Dictionary<string, string> { ["all_proxy"] = "http://127.0.0.1:9", ["no_proxy"] = "" };
        await using var step = await StepProcess.StartAsync(technique, environment: proxy, stop: Until.Token);
        using var chat = new Chat(technique, step.Address!);
        using var answer = await chat.Http.PostAsJsonAsync("/sources", new { url = other.Address }, Until.Token);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        if (OperatingSystem.IsLinux())
        {
            var open = Directory.GetFiles($"/proc/{step.Process.Id}/fd").Select(file => new FileInfo(file).LinkTarget);
            Assert.DoesNotContain(open, target => target is not null && target.Contains("inotify"));
        }
    }

    /// <summary>Runs a step that cannot start, and returns what it says.</summary>
    async Task<string> CannotStartAsync(int number, string urls)
    {
        var start = StepProcess.Command(Technique.Of($"{number}"), urls);
        start.Environment["HOME"] = temporary.FullName; // There is no certificate.
        using var step = new Running(start);
        Assert.Equal((1, ""), (await step.EndsAsync(), string.Join('\n', step.Output)));
        return Assert.Single(step.Errors);
    }
}
