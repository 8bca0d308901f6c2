using Classroom;

namespace Tests;

/// <summary>What ./run.sh test hands on to dotnet test.</summary>
public sealed class TestOptionsTests
{
    [Theory]
    [InlineData("", "test Tests")]
    [InlineData("4", "test Tests --filter Step=4")]
    [InlineData("04-WebSockets", "test Tests --filter Step=4")]
    [InlineData("4 5", "test Tests --filter Step=4|Step=5")]
    [InlineData("--filter Name~Log", "test Tests --filter Name~Log")]
    [InlineData("4 --filter Name~A|Name~B", "test Tests --filter (Step=4)&(Name~A|Name~B)")]
    [InlineData("4 --no-build --logger trx", "test Tests --filter Step=4 --no-build --logger trx")]
    public void A_step_is_a_filter_and_other_options_pass(string typed, string expected) =>
        Assert.Equal(expected, string.Join(' ', TestOptions.Parse(Tool.Words(typed)).ForDotnet()));

    [Theory]
    [InlineData("99", "no step 99")]
    [InlineData("fast", "no step fast")]
    [InlineData("4 --filter", "--filter needs a value")]
    public void What_is_wrong_is_one_clear_line(string typed, string says)
    {
        var exception = Assert.Throws<UsageException>(() => TestOptions.Parse(Tool.Words(typed)));
        Assert.Contains(says, exception.Message);
    }
}
