using System.Net;
using Classroom;

namespace Tests;

/// <summary>The comparison, end to end on tiny classes.</summary>
[Collection("Alone")]
public sealed class CompareTests
{
    /// <summary>All times a thirtieth or less, and a handful of clients.</summary>
    internal static MeasuringPlan Tiny { get; } = new()
    {
        Rounds = 2,
        Students = 3,
        MessagesPerRound = 5,
        ReloadsPerRound = 2,
        Silent = 6,
        SilenceSpeed = 30,
        ClassSpeed = 40,
        FirstCrowd = 5,
        NextCrowd = 5,
    };

    [Fact]
    public async Task Compare_measures_every_step_and_writes_the_table_the_figures_and_the_page()
    {
        var folder = Directory.CreateTempSubdirectory().FullName;
        var json = Path.Combine(folder, "figures.json");
        var csv = Path.Combine(folder, "figures.csv");
        var html = Path.Combine(folder, "page.html");
        var output = new StringWriter();
        var error = new StringWriter();
        var exitCode = await new CompareCommand(Tiny)
            .RunAsync(
                ["--no-build", "--json", json, "--csv", csv, "--html", html],
                new(TextReader.Null, output, error),
                default)
            .WaitAsync(Wait.BuildPatience);
        Assert.True(exitCode == 0, $"{output}{error}");
        Assert.Contains("busy class", $"{error}");
        Assert.Contains("03-LongPolling: the memory of 15 clients", $"{error}");

        var result = ComparisonResult.FromJson(await File.ReadAllTextAsync(json));
        Assert.Equal(Repository.Steps(), result.Steps.Select(step => step.Step));
        Assert.Equal($"{new ComparisonReport(result)}", $"{output}");
        Assert.All(result.Steps, step => Assert.All(FigureSection.AllRows, row => Assert.NotNull(row.Of(step))));

        // What each technique is about, in figures that do not depend on the machine.
        Assert.Equal([5, 1, 1, 0, 0, 0], result.Steps.Select(step => step.DeliverRequests!.Median));
        Assert.Equal([1, 1, 1, 1, 1, 1], result.Steps.Select(step => step.ConnectRequests!.Median));
        Assert.Equal([1, 1, 2, 1, 2, 2], result.Steps.Select(step => step.HeldConnections!.Median));
        (double Least, double Most)[] requests = [(0, 0), (1000, 1250), (100, 130), (0, 0), (0, 0), (0, 0)];
        Assert.All(
            result.Steps.Zip(requests),
            pair => Assert.InRange(pair.First.KeepRequests!.Median, pair.Second.Least, pair.Second.Most));

        // 01 and 02 run one and the same server, and are asked the same until somebody reloads.
        var (first, second) = (result.Steps[0], result.Steps[1]);
        Assert.Equal(first.ConnectUp!.Median, second.ConnectUp!.Median);
        Assert.Equal(first.ConnectDown!.Median, second.ConnectDown!.Median);
        Assert.Equal(first.HeldBytes!.Rounds, second.HeldBytes!.Rounds);

        var lines = await File.ReadAllLinesAsync(csv);
        Assert.Equal("step,figure,unit,median,least,most", lines[0]);
        Assert.Equal((FigureSection.AllRows.Count() + 3) * 6, lines.Length - 1);
        Assert.All(lines, line => Assert.Equal(6, line.Split(',').Length));

        var page = WebUtility.HtmlDecode(await File.ReadAllTextAsync(html));
        Assert.Equal(8, page.Split("<svg").Length - 1);
        Assert.Equal(8, page.Split("<p class=\"see\">").Length - 1);
        Assert.All(FigureSection.AllRows, row => Assert.Contains($">{row.Name}</th>", page));
        Assert.DoesNotContain("<script", page);
        Assert.DoesNotContain("http:", page);
        Assert.DoesNotContain("NaN", page);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Growth_measures_several_sizes_and_says_which_limit_it_met()
    {
        var folder = Directory.CreateTempSubdirectory().FullName;
        var (html, csv) = (Path.Combine(folder, "page.html"), Path.Combine(folder, "figures.csv"));
        var (exitCode, output, error) = await Tool.RunAsync(
            $"compare --growth --quick --students 4,2,19000 --steps 4 --no-build --html {html} --csv {csv}");
        Assert.True(exitCode == 0, output + error);
        Assert.Equal(["2", "4"], output.Split('\n')
            .SkipWhile(line => !line.Contains("Delay, 99 %", StringComparison.Ordinal))
            .Skip(1)
            .Take(2)
            .Select(line => line.Split('|')[1].Trim()));
        Assert.Contains("04-WebSockets: up to 4 students, 99 % of the messages arrive within a second.", output);
        Assert.Matches("19,000 students were not measured: (open files|the steps)", output);
        Assert.Equal(3, (await File.ReadAllTextAsync(html)).Split("<polyline").Length - 1);
        Assert.Equal(1 + 2 * 4, (await File.ReadAllLinesAsync(csv)).Length);
        Directory.Delete(folder, recursive: true);
    }
}
