using Classroom;

namespace Tests;

/// <summary>The race as it is typed.</summary>
public sealed class RaceCommandTests
{
    [UnixFact]
    public async Task It_serves_its_page_until_Ctrl_C_with_a_page_open_and_nothing_is_left()
    {
        var port = LoopbackPort.Free();
        using var run = new Foreground(Tool.Command($"race --no-build --students 2 --port {port}"));
        Assert.Equal(
            ["Starting 6 steps", $"The race is at http://localhost:{port}. Ctrl+C ends it."],
            await run.LinesAsync(2, Wait.BuildPatience));
        using var http = new HttpClient { BaseAddress = new($"http://localhost:{port}") };
        Assert.Contains("<h1>The race</h1>", await http.GetStringAsync("/"));
        await using var page = await http.GetStreamAsync("/events");
        Assert.Equal(0, await run.InterruptAsync());
        Assert.True(LoopbackPort.IsFree(port));
    }
}
