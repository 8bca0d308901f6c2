using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Classroom;

namespace Tests;

/// <summary>Every step at once.</summary>
public sealed class AllCommandTests
{
    [UnixFact]
    public async Task Every_step_serves_until_Ctrl_C_and_nothing_is_left()
    {
        var port = FreePorts();
        using var run = new Foreground(Command(port));
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
        var port = FreePorts();
        using var run = new Foreground(Command(port));
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

    [Fact]
    public async Task A_busy_port_is_named_before_anything_starts()
    {
        var port = FreePorts();
        using var taken = new TcpListener(IPAddress.Loopback, port + 3);
        taken.Start();
        var (exitCode, output, error) = await Tool.RunAsync($"all --port {port} --no-build");
        Assert.Equal((1, ""), (exitCode, output));
        Assert.StartsWith($"Port {port + 3} is in use", Assert.Single(error.TrimEnd().Split('\n')));
    }

    [Theory]
    [InlineData("all 3")]
    [InlineData("all --port 0")]
    [InlineData("all --wrong")]
    public async Task A_wrong_command_line_is_one_clear_line(string commandLine)
    {
        var (exitCode, output, error) = await Tool.RunAsync(commandLine);
        Assert.Equal((2, ""), (exitCode, output));
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    static ProcessStartInfo Command(int port) => new(
        "dotnet",
        [Repository.Program("Classroom", Repository.Configuration), "all", "--no-build", "--port", $"{port}"]);

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

    /// <summary>The first of as many free ports as there are steps.</summary>
    static int FreePorts()
    {
        while (true)
        {
            var first = LoopbackPort.Free();
            var ports = Enumerable.Range(first, Technique.All.Count);
            if (ports.All(LoopbackPort.IsFree))
            {
                return first;
            }
        }
    }
}
