using System.Diagnostics;
using Classroom;

namespace Tests;

/// <summary>Every step at once.</summary>
public sealed class AllCommandTests
{
    [UnixFact]
    public async Task Every_step_serves_until_Ctrl_C_and_nothing_is_left()
    {
        var port = Tool.FreePorts();
        using var run = new Foreground(Tool.Command($"all --no-build --port {port}"));
        await run.LinesAsync(1);
        var addresses = Technique.All.Select((_, i) => new Uri($"http://localhost:{port + i}")).ToArray();
        using var http = new HttpClient();
        foreach (var (address, technique) in addresses.Zip(Technique.All))
        {
            var heading = $"<h1>Step {technique.Number} ";
            await Wait.UntilAsync(
                async () => (await PageAsync(http, address)).Contains(heading), $"{technique} at {address}");
        }
        Assert.Equal(0, await run.InterruptAsync());
        Assert.All(addresses, address => Assert.Equal("", PageAsync(http, address).Result));
    }

    [UnixFact]
    public async Task A_step_that_ends_by_itself_is_named()
    {
        var port = Tool.FreePorts();
        using var run = new Foreground(Tool.Command($"all --no-build --port {port}"));
        var third = new Uri($"http://localhost:{port + 2}");
        using var http = new HttpClient();
        await Wait.UntilAsync(async () => (await PageAsync(http, third)).Length > 0, $"a page at {third}");
        var ended = Process.GetProcessesByName("dotnet").Single(process => Arguments(process).Contains($":{port + 2}"));
        ended.Kill();
        string line;
        do
        {
            line = Assert.Single(await run.LinesAsync(1));
        }
        while (!line.Contains("has ended"));
        Assert.StartsWith("03-LongPolling has ended by itself, with exit code 137.", line);
        Assert.Equal(1, await run.InterruptAsync());
    }

    static async Task<string> PageAsync(HttpClient http, Uri address)
    {
        try
        {
            return await http.GetStringAsync(address);
        }
        catch (HttpRequestException)
        {
            return "";
        }
    }

    static string Arguments(Process process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process.Id}/cmdline");
        }
        catch (IOException)
        {
            return ""; // It has ended since it was listed.
        }
    }
}
