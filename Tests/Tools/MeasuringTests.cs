using Classroom;
using Xunit.Abstractions;

namespace Tests;

/// <summary>
/// A check on compare itself: a step with one fault shows it in the right figures, and in no others. What is counted is
/// exact: the pauses of 02 pass on a clock that stands while anybody is at work.
/// </summary>
public sealed class MeasuringTests(ITestOutputHelper output)
{
    static readonly string[] Delays = ["delayMedian", "delay99", "delayWorst"];

    static readonly MeasuringPlan Small = CompareTests.Tiny with
    {
        Rounds = 3,
        MessagesPerRound = 30,
        Silent = 20,
        SilenceSpeed = 6,
        // Of so many, more ask at the same time than of those who come later: buffers for them are there already.
        FirstCrowd = 90,
        NextCrowd = 30,
        TimedEnvironment = new Dictionary<string, string>(StepProcess.MeasuringEnvironment)
        {
            ["DOTNET_TieredCompilation"] = "0",
        },
    };

    static readonly Lazy<Task<Dictionary<string, Figure>>> PollingWithoutFault = new(() =>
        MeasureAsync("02-ShortPolling", StandInFault.None));

    [Fact]
    public async Task A_slow_step_is_late_and_costs_nothing_else()
    {
        var measured = await Task.WhenAll(
            MeasureAsync("05-Sse", StandInFault.None), MeasureAsync("05-Sse", StandInFault.Slow));
        var (before, after) = (measured[0], measured[1]);
        Assert.True(
            after["delayMedian"].Median > before["delayMedian"].Median + 10,
            $"{before["delayMedian"].Median} ms, then {after["delayMedian"].Median} ms");
        Assert.Equal([], Changed(before, after));
    }

    [Fact]
    public async Task A_chatty_step_costs_bytes_and_nothing_else()
    {
        var before = await PollingWithoutFault.Value;
        var after = await MeasureAsync("02-ShortPolling", StandInFault.Chatty);
        Assert.InRange(after["deliverBytes"].Median - before["deliverBytes"].Median, 2000, 2050);
        Assert.Equal(["connectDown", "deliverBytes", "keepBytes", "busyBytes", "quietBytes"], Changed(before, after));
    }

    [Fact]
    public async Task A_greedy_step_costs_processor_time_and_nothing_else()
    {
        var before = await PollingWithoutFault.Value;
        var after = await MeasureAsync("02-ShortPolling", StandInFault.Greedy);
        Assert.Equal(["deliverCpu", "keepCpu"], Changed(before, after));
        Assert.True(after["deliverCpu"].Median > before["deliverCpu"].Median);
        Assert.True(after["keepCpu"].Median > before["keepCpu"].Median);
    }

    /// <summary>Each cost at the same time as the others, by the keys of their rows.</summary>
    static async Task<Dictionary<string, Figure>> MeasureAsync(string step, StandInFault fault)
    {
        var plan = StandInServer.Before(Small, fault);
        var nothing = new StepFigures(step);
        var parts = await Task.WhenAll(
            SingleClient.MeasureAsync(nothing, plan, default),
            ClassRun.MeasureAsync(nothing, plan, default),
            MeasureOneServerAsync(nothing, plan)).WaitAsync(Wait.BuildPatience);
        Assert.All(parts, part => Assert.Equal(Mistakes.None, part.Mistakes));
        return FigureSection.AllRows
            .Select(row => (row.Key, Figure: parts.Select(row.Of).FirstOrDefault(figure => figure is not null)))
            .Where(row => row.Figure is not null)
            .ToDictionary(row => row.Key, row => row.Figure!);
    }

    /// <summary>All for which the server is a process: what it uses of the processor, and of the memory.</summary>
    static async Task<StepFigures> MeasureOneServerAsync(StepFigures figures, MeasuringPlan plan)
    {
        await using var setup = await plan.StartTimedAsync(figures.Technique, plan.SilenceSpeed, default);
        await using (var silence = new Silence(setup, plan))
        {
            await silence.MeasureEmptyAsync(default);
            await silence.MeasureAsync(default);
            figures = silence.AddTo(figures);
        }
        await using (var fanOut = new FanOut(setup, plan))
        {
            await fanOut.StartAsync(default);
            for (var round = 0; round < plan.Rounds; round++)
            {
                await fanOut.MeasureRoundAsync(default);
            }
            figures = fanOut.AddTo(figures);
        }
        return await Crowd.MeasureAsync(figures, setup, plan, default);
    }

    /// <summary>
    /// The keys of the rows whose figure differs by more than chance, but for delays: those of 02 are its pauses, which
    /// take no time here.
    /// </summary>
    string[] Changed(Dictionary<string, Figure> before, Dictionary<string, Figure> after)
    {
        return [.. before.Keys.Except(Delays).Where(IsChanged)];

        bool IsChanged(string key)
        {
            var (first, second) = (ValueOf(key, before), ValueOf(key, after));
            var chance = ChanceOf(key);
            var noise = before[key].Noise + after[key].Noise;
            output.WriteLine($"{key}: {first:0.##}, then {second:0.##}");
            return Math.Max(first, second) > Math.Min(first, second) * chance + noise;
        }
    }

    /// <summary>What else happens meanwhile only adds to the processor's time: that of the best round.</summary>
    static double ValueOf(string key, Dictionary<string, Figure> figures) =>
        key.EndsWith("Cpu", StringComparison.Ordinal) ? figures[key].Least : figures[key].Median;

    /// <summary>How many times as much it may be without a fault, on a machine that is busy as well.</summary>
    static double ChanceOf(string key) => key switch
    {
        "deliverCpu" or "keepCpu" => 4,
        "heldBytes" => 1.5,
        // In 05 it is heartbeats, which come by the server's clock, and late when others have the processor.
        "keepBytes" => 1.3,
        // How many digits a time has.
        _ => 1.05,
    };
}
