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
    [InlineData("compare --students 19000", "10000 connections|ulimit")]
    [InlineData("compare --students", "--students")]
    [InlineData("compare --students 5 --students 6", "--students")]
    [InlineData("compare --growth --students 10,x", "--students")]
    [InlineData("compare --rate 0", "--rate")]
    [InlineData("compare --rate NaN", "--rate")]
    [InlineData("compare --seconds -1", "--seconds")]
    [InlineData("compare --idle soon", "--idle")]
    [InlineData("compare --steps 99", "99")]
    [InlineData("compare --steps 2,,3", "no step")]
    [InlineData("compare --json /there/is/no/such/folder.json", "/there/is/no/such/folder.json")]
    [InlineData("compare --html /", "--html")]
    [InlineData("compare --wrong", "--wrong")]
    [InlineData("compare 3", "3")]
    [InlineData("burst --steps 1", "01-HttpRefresh")]
    [InlineData("burst --students 0", "--students")]
    [InlineData("burst now", "now")]
    [InlineData("break", "break 4")]
    [InlineData("break 99", "99")]
    [InlineData("break 3 4", "one step")]
    [InlineData("break 3 --port 0", "--port")]
    [InlineData("break 3 --port 70000", "--port")]
    [InlineData("race 3", "3")]
    [InlineData("race --students 0", "--students")]
    [InlineData("race --students 101", "--students")]
    [InlineData("race --port 0", "--port")]
    [InlineData("mend", "mend")]
    public async Task A_wrong_command_line_is_one_clear_line_and_exit_code_2(string commandLine, string says)
    {
        var (exitCode, output, error) = await Tool.RunAsync(commandLine);
        Assert.Equal(2, exitCode);
        Assert.Equal("", output);
        Assert.Single(error.Trim().Split('\n'));
        Assert.Matches(says, error);
    }

    [Fact]
    public async Task Without_a_command_the_usage_is_shown()
    {
        var (exitCode, output, error) = await Tool.RunAsync("");
        Assert.Equal((0, ""), (exitCode, error));
        Assert.All(["all", "diff", "test", "compare", "burst", "break", "race"], word => Assert.Contains(word, output));
    }
}
