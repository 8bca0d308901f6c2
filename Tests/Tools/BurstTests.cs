namespace Tests;

/// <summary>The fan-out of one message, end to end on a tiny class.</summary>
public sealed class BurstTests
{
    [Fact]
    public async Task Burst_measures()
    {
        // A process of its own: it keeps itself to some of the cores.
        using var burst = Tool.Start("burst --students 3 --seconds 0.1 --steps 3,5 --no-build");
        var said = await Task.WhenAll(burst.StandardOutput.ReadToEndAsync(), burst.StandardError.ReadToEndAsync())
            .WaitAsync(Wait.Patience);
        await burst.WaitForExitAsync().WaitAsync(Wait.Patience);
        Assert.True(burst.ExitCode == 0, string.Concat(said));
        Assert.Equal(2 + 4, said[0].Split('\n').Count(line => line.StartsWith('|')));
        Assert.Contains("Lost, duplicated or out of order: 0.", said[0]);
    }
}
