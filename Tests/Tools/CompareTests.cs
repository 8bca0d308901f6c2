using System.Net;
using Classroom;

namespace Tests;

/// <summary>The comparison, end to end on tiny classes.</summary>
public sealed class CompareTests
{
    /// <summary>
    /// A handful of clients. Pauses take no time where only clients have them, and little where the server has some as
    /// well.
    /// </summary>
    internal static MeasuringPlan Tiny { get; } = new()
    {
        Rounds = 2,
        Students = 4,
        MessagesPerRound = 20,
        ReloadsPerRound = 2,
        Silent = 7,
        SilenceSpeed = 20,
        ClassSpeed = 1,
        FirstCrowd = 5,
        NextCrowd = 5,
        BetweenMessages = TimeSpan.FromSeconds(0.1),
        StepsAtOnce = 6,
        UntimedAtOnce = 6,
        ClassClocks = _ => HurriedClocks.If(true),
        SilenceClocks = technique => HurriedClocks.If(!technique.DeliversAtOnce),
        TimedEnvironment = StepProcess.MeasuringEnvironment,
        CountedServer = HostedStep.StartMeasuredAsync,
    };

    [Fact]
    public async Task Compare_measures_every_step_and_writes_the_table_the_figures_and_the_page()
    {
        var folder = Directory.CreateTempSubdirectory().FullName;
        var json = Path.Combine(folder, "figures.json");
        var csv = Path.Combine(folder, "figures.csv");
        var html = Path.Combine(folder, "page.html");
        var (exitCode, output, error) = await RunAsync(Tiny, "--json", json, "--csv", csv, "--html", html);
        Assert.True(exitCode == 0, $"{output}{error}");
        Assert.Contains("busy class", error);
        Assert.Contains("all steps: the memory of 15 clients each", error);

        var result = ComparisonResult.FromJson(await File.ReadAllTextAsync(json));
        Assert.Equal(Repository.Steps(), result.Steps.Select(step => step.Step));
        Assert.Equal($"{new ComparisonReport(result)}", output);
        var missing = result.Steps.SelectMany(step => FigureSection.AllRows
            .Where(row => row.Of(step) is null)
            .Select(row => $"{step.Technique.Number} {row.Key}"));
        // Pings come when they come.
        Assert.Equal(["4 keepRequests", "4 keepBytes", "4 keepCpu"], missing);

        // What each technique is about, in figures that do not depend on the machine.
        Assert.Equal([5, 1, 1, 0, 0, 0], result.Steps.Select(step => step.DeliverRequests!.Median));
        Assert.Equal([1, 1, 1, 1, 1, 1], result.Steps.Select(step => step.ConnectRequests!.Median));
        Assert.Equal([1, 1, 2, 1, 2, 2], result.Steps.Select(step => step.HeldConnections!.Median));
        var busy = result.Steps.Select(step => step.Busy!.Requests.Median).ToArray();
        Assert.Equal([30, 20, 0, 0, 0], [.. busy[..2], .. busy[3..]]);
        // In 03 the next question may be counted just before the minute, or just after it.
        Assert.InRange(busy[2], 19, 21);
        Assert.Equal([83, 95], result.Steps.Take(2).Select(step => Math.Round(step.Quiet!.NothingNew.Median)));
        // A hold of 03 takes as long as this silence does: it may end just before, or just after.
        (double Least, double Most)[] requests = [(0, 0), (1200, 1200), (0, 150), (0, 0), (0, 0)];
        Assert.All(
            result.Steps.Where(step => step.KeepRequests is not null).Zip(requests),
            pair => Assert.InRange(pair.First.KeepRequests!.Median, pair.Second.Least, pair.Second.Most));

        // 01 and 02 run one and the same server, and are asked the same until somebody reloads.
        var (first, second) = (result.Steps[0], result.Steps[1]);
        Assert.Equal(first.ConnectUp!.Median, second.ConnectUp!.Median);
        Assert.Equal(first.ConnectDown!.Median, second.ConnectDown!.Median);
        Assert.Equal(first.HeldBytes!.Rounds, second.HeldBytes!.Rounds);

        var lines = await File.ReadAllLinesAsync(csv);
        Assert.Equal("step,figure,unit,median,least,most", lines[0]);
        Assert.Equal((FigureSection.AllRows.Count() + 3) * 6 - missing.Count(), lines.Length - 1);
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
    public async Task A_step_that_loses_one_message_in_a_hundred_is_named_and_the_exit_code_is_1()
    {
        var plan = Tiny with { MessagesPerRound = 50, Patience = TimeSpan.FromSeconds(1) };
        var lossy = StandInServer.Before(plan, StandInFault.Lossy);
        var (exitCode, output, error) = await RunAsync(lossy, "--steps", "2");
        Assert.Equal(1, exitCode);
        Assert.Matches("02-ShortPolling: of the messages .+ [1-9][0-9]* were lost, 0 repeated, and 0 out", error);
        Assert.Matches(@"\| lost, repeated, out of order +\| +[1-9]\d*, 0, 0 \|", output);
    }

    [Fact]
    public async Task Growth_measures_several_sizes_and_says_which_limit_it_met()
    {
        var folder = Directory.CreateTempSubdirectory().FullName;
        var (html, csv) = (Path.Combine(folder, "page.html"), Path.Combine(folder, "figures.csv"));
        var (exitCode, output, error) = await RunAsync(
            Tiny, "--growth", "--students", "4,2,19000", "--steps", "4", "--html", html, "--csv", csv);
        Assert.True(exitCode == 0, $"{output}{error}");
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

    static async Task<(int ExitCode, string Output, string Error)> RunAsync(
        MeasuringPlan plan, params string[] arguments)
    {
        var output = new StringWriter();
        var error = new StringWriter();
        var terminal = new Terminal(TextReader.Null, output, TextWriter.Synchronized(error));
        var exitCode = await new CompareCommand(plan).RunAsync([.. arguments, "--no-build"], terminal, default)
            .WaitAsync(Wait.BuildPatience);
        return (exitCode, $"{output}", $"{error}");
    }
}
