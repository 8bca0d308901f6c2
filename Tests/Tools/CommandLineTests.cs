using System.Net;
using System.Net.Sockets;

namespace Tests;

/// <summary>What the lecturer's commands say to a wrong command line.</summary>
public sealed class CommandLineTests
{
    [Theory]
    [InlineData("compare --students 0", "--students")]
    [InlineData("compare --students -5", "--students")]
    [InlineData("compare --students abc", "--students")]
    [InlineData("compare --students 1.5", "--students")]
    [InlineData("compare --students 99999999999", "--students")]
    [InlineData("compare --students 10,20", "--students")]
    [InlineData("compare --students 1001", "--students")]
    [InlineData("compare --csv /there/is/no/such/folder.csv", "/there/is/no/such/folder.csv")]
    [InlineData("compare --students", "--students")]
    [InlineData("compare --students 5 --students 6", "--students")]
    [InlineData("compare --growth --students 10,x", "--students")]
    [InlineData("compare --steps 99", "99")]
    [InlineData("compare --steps 2,,3", "no step")]
    [InlineData("compare --json /there/is/no/such/folder.json", "/there/is/no/such/folder.json")]
    [InlineData("compare --html /", "--html")]
    [InlineData("compare --wrong", "--wrong")]
    [InlineData("compare 3", "3")]
    [InlineData("break", "break 4")]
    [InlineData("break 99", "99")]
    [InlineData("break 3 4", "one step")]
    [InlineData("break 3 --port 0", "--port")]
    [InlineData("break 3 --port 70000", "--port")]
    [InlineData("race 3", "3")]
    [InlineData("race --students 0", "--students")]
    [InlineData("race --students 101", "--students")]
    [InlineData("race --port 0", "--port")]
    [InlineData("all 3", "3")]
    [InlineData("all --port 0", "--port")]
    [InlineData("all --wrong", "--wrong")]
    [InlineData("diff", "two steps")]
    [InlineData("diff 2", "two steps")]
    [InlineData("diff 2 3 4", "two steps")]
    [InlineData("diff 2 99", "99")]
    [InlineData("diff 2 3 --short", "--short")]
    [InlineData("mend", "mend")]
    public async Task A_wrong_command_line_is_one_clear_line_and_exit_code_2(string commandLine, string says)
    {
        var (exitCode, output, error) = await Tool.RunAsync(commandLine);
        Assert.Equal(2, exitCode);
        Assert.Equal("", output);
        Assert.Single(error.Trim().Split('\n'));
        Assert.Matches(says, error);
    }

    [Theory]
    [InlineData("all", 3, "is in use")] // It takes one port after the other, and this is the fourth.
    [InlineData("break 3", 0, "cannot be used")]
    [InlineData("race", 0, "is in use")]
    public async Task A_taken_port_is_one_clear_line_before_anything_starts(string command, int further, string says)
    {
        var port = Tool.FreePorts();
        using var taken = new TcpListener(IPAddress.Loopback, port + further);
        taken.Start();
        var (exitCode, output, error) = await Tool.RunAsync($"{command} --port {port} --no-build");
        Assert.Equal((1, ""), (exitCode, output));
        Assert.StartsWith($"Port {port + further} {says}", Assert.Single(error.TrimEnd().Split('\n')));
    }

    [Fact]
    public async Task Without_a_command_the_usage_is_shown()
    {
        var (exitCode, output, error) = await Tool.RunAsync("");
        Assert.Equal((0, ""), (exitCode, error));
        Assert.All(["all", "diff", "test", "compare", "break", "race"], word => Assert.Contains(word, output));
    }
}
