namespace Tests;

/// <summary>What compare counts, and how it writes that. Nothing here is timed.</summary>
public sealed class CompareTests
{
    /// <summary>What the techniques are about, in figures that do not depend on the machine.</summary>
    [Theory, InlineData(1), InlineData(2), InlineData(3), InlineData(4), InlineData(5), InlineData(6)]
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
            2 or 3 => (500, 1500),
            6 => (500, 5000), // On a busy machine also the list of webhooks, which comes 250 ms later.
            _ => (100, 400),
        };
        Assert.All(Rounds("deliverBytes"), bytes => Assert.InRange(bytes, least, most));
        Assert.Equal(0, figures.Faults);

        List<double> Rounds(string key) => figures.Figures[key];
    }

    /// <summary>How numbers are written is seen in the measured table of the text.</summary>
    [Fact]
    public void The_figures_come_back_from_json_and_the_page_is_complete_in_itself()
    {
        var step = new StepFigures("03-LongPolling");
        step.Add("farFollowing", 140);
        step.Add("farFollowing", 60);
        step.AddFaults(3);
        var result = new ComparisonResult("./run.sh compare", new(2026, 11, 29), "2 cores", MeasuringPlan.Full, [step]);
        var json = result.ToJson();
        Assert.Equal(ComparisonReport.Text(result), ComparisonReport.Text(ComparisonResult.FromJson(json)));

        var page = ComparisonPage.Write(result);
        Assert.Contains("<td style=\"--part: 100%\">60 ms<small>60–140 ms</small></td>", page);
        Assert.Contains("<td style=\"--part: 0%\">–</td>", page); // All that was not measured.
        Assert.Contains("<td style=\"--part: 100%\">3</td>", page);
        Assert.DoesNotMatch("<script|http", page);
    }
}
