using System.Text.Json;

namespace Tests;

/// <summary>What compare counts, and how it writes that. Nothing here is timed.</summary>
public sealed class CompareTests
{
    /// <summary>What the techniques are about, in figures that do not depend on the machine.</summary>
    [Theory, Steps(1, 2, 3, 4, 5, 6)]
    public async Task One_client_and_one_message_cost_what_the_technique_says(int number)
    {
        var figures = new StepFigures(Technique.Of($"{number}").Folder);
        await using var setup = await StepSetup.StartAsync(figures.Technique, stop: Until.Token);
        await using var audience = new Audience(setup);
        await audience.OpenAsync(Until.Token);
        await SingleClient.ConnectAsync(figures, setup, audience, rounds: 1, Until.Token);
        await SingleClient.DeliverAsync(figures, setup, audience, rounds: 2, Until.Token);
        Assert.Equal([1.0], Rounds("connectRequests"));
        var requests = new[] { 5.0, 1, 1, 0, 0, 0 }[number - 1];
        Assert.Equal([requests, requests], Rounds("deliverRequests"));
        Assert.Equal([new[] { 1.0, 1, 2, 1, 2, 2 }[number - 1]], Rounds("heldConnections"));
        // The page is larger than a question and its answer, and that is larger than a frame or an event.
        Assert.InRange(Rounds("page").Single(), 15_000, 40_000);
        var (least, most) = number switch
        {
            1 => (15_000, 40_000),
            2 or 3 or 6 => (500, 1500),
            _ => (100, 400),
        };
        Assert.All(Rounds("deliverBytes"), bytes => Assert.InRange(bytes, least, most));
        Assert.Equal(0, figures.Faults);

        List<double> Rounds(string key) => figures.Figures[key].Rounds;
    }

    [Fact]
    public void The_table_has_a_row_for_each_figure_and_a_range_where_rounds_differ()
    {
        var polling = new StepFigures("02-ShortPolling");
        polling.Add("deliverRequests", 1);
        polling.Add("keepCpu", 180, noise: 20);
        polling.Add("keepCpu", 160, noise: 20);
        polling.Add("keepCpu", 230, noise: 20);
        polling.AddDelays([[1500, 3000], [100]]);
        var sockets = new StepFigures("04-WebSockets");
        sockets.Add("deliverRequests", 0);
        sockets.Add("keepCpu", 15, noise: 20);
        sockets.AddFaults(3);
        var result = ResultOf(polling, sockets);

        var lines = ComparisonReport.Markdown(result).Split('\n');
        Assert.Equal("|                              | ShortPolling | WebSockets |", lines[0]);
        Assert.Equal("|------------------------------|-------------:|-----------:|", lines[1]);
        Assert.Contains("| **Keep one client an hour**  |              |            |", lines);
        Assert.Contains("| server's processor           |       180 ms |        ≈ 0 |", lines);
        Assert.Contains("| … range                      |   160–230 ms |            |", lines);
        Assert.Contains("| delay, median                |        1.5 s |          – |", lines);
        Assert.Contains("| delay, worst                 |        3.0 s |          – |", lines);
        Assert.Contains("| lost, repeated, out of order |            0 |          3 |", lines);
        Assert.Equal(["Measured on 2026-11-29 by `./run.sh compare` on a machine with 2 cores.", ""], lines[^2..]);
        var rows = FigureSection.All.SelectMany(section => section.Rows).ToArray();
        Assert.All(rows, row => Assert.Contains(lines, line => line.StartsWith($"| {row.Name} ")));
        Assert.Equal(rows.Length, rows.DistinctBy(row => row.Key).Count());
    }

    [Fact]
    public void The_figures_come_back_from_json_and_the_page_is_complete_in_itself()
    {
        var step = new StepFigures("03-LongPolling");
        step.Add("farFollowing", 140);
        step.Add("farFollowing", 60);
        var result = ResultOf(step);
        var json = result.ToJson();
        Assert.Equal(ComparisonReport.Text(result), ComparisonReport.Text(ComparisonResult.FromJson(json)));
        Assert.ThrowsAny<JsonException>(() => ComparisonResult.FromJson("{"));

        var page = ComparisonPage.Write(result);
        Assert.Contains("<td style=\"--part: 100%\">60 ms<small>60–140 ms</small></td>", page);
        Assert.DoesNotContain("<script", page);
        Assert.DoesNotContain("http", page);
    }

    static ComparisonResult ResultOf(params StepFigures[] steps) =>
        new("./run.sh compare", new(2026, 11, 29), "2 cores", MeasuringPlan.Full, steps);
}
