using Classroom;

namespace Tests;

/// <summary>A check on compare itself: a step with one fault shows it in the right figures, and in no others.</summary>
[Collection("Alone")]
public sealed class MeasuringTests
{
    /// <summary>Of what is counted, a fifth more is no chance.</summary>
    const double MoreCounted = 1.2;

    /// <summary>Times differ on a busy machine.</summary>
    const double MoreTimed = 2.5;

    static readonly string[] Timed = ["deliverCpu", "keepCpu", "delayMedian", "delay99", "delayWorst"];

    /// <summary>
    /// Chance, with so few clients and so short pauses: their memory, and whether a question of 02 comes just before or
    /// just after a message that is as far from the next one as the questions are. What is checked here is the rest.
    /// </summary>
    static readonly string[] NotChecked = ["heldBytes", "busyNothingNew"];

    static readonly MeasuringPlan Small = CompareTests.Tiny with
    {
        MessagesPerRound = 60,
        SilenceSpeed = 20,
        ClassSpeed = 20,
    };

    static readonly Lazy<Task<StepFigures>> WithoutFault = new(
        () => MeasureAsync("02-ShortPolling", StandInFault.None));

    [Fact]
    public async Task A_slow_step_delays_and_costs_nothing_else()
    {
        var before = await MeasureAsync("05-Sse", StandInFault.None);
        var after = await MeasureAsync("05-Sse", StandInFault.Slow);
        Assert.True(after.DelayMedian!.Median > 20, $"{after.DelayMedian.Median} ms");
        Assert.True(after.DelayMedian.Median > before.DelayMedian!.Median * MoreTimed);
        // A server that waits for slow clients is woken more often: that may take some processor time as well.
        string[] expected = ["deliverCpu", "delayMedian", "delay99", "delayWorst"];
        Assert.Subset(expected.ToHashSet(), Risen(before, after).ToHashSet());
    }

    [Fact]
    public async Task A_chatty_step_costs_bytes_and_nothing_else()
    {
        var before = await WithoutFault.Value;
        var after = await MeasureAsync("02-ShortPolling", StandInFault.Chatty);
        Assert.InRange(after.DeliverBytes!.Median - before.DeliverBytes!.Median, 2000, 2050);
        Assert.Equal(["connectDown", "deliverBytes", "keepBytes", "busyBytes", "quietBytes"], Risen(before, after));
    }

    [Fact]
    public async Task A_greedy_step_costs_processor_time_and_nothing_else()
    {
        var before = await WithoutFault.Value;
        var after = await MeasureAsync("02-ShortPolling", StandInFault.Greedy);
        Assert.Subset(new HashSet<string> { "deliverCpu", "keepCpu" }, Risen(before, after).ToHashSet());
        Assert.Contains("deliverCpu", Risen(before, after));
    }

    [Fact]
    public async Task A_step_that_loses_one_message_in_a_hundred_is_named_and_the_exit_code_is_1()
    {
        var output = new StringWriter();
        var error = new StringWriter();
        var compare = new CompareCommand(Small with
        {
            Patience = TimeSpan.FromSeconds(2),
            StandIn = StandInServer.With(StandInFault.Lossy),
        });
        var exitCode = await compare
            .RunAsync(["--steps", "2", "--no-build"], new(TextReader.Null, output, error), default)
            .WaitAsync(Wait.BuildPatience);
        Assert.Equal(1, exitCode);
        Assert.Matches("02-ShortPolling: of the messages .+ [1-9][0-9]* were lost, 0 repeated, and 0 out", $"{error}");
        Assert.Matches(@"\| lost, repeated, out of order +\| +[1-9]\d*, 0, 0 \|", $"{output}");
    }

    static async Task<StepFigures> MeasureAsync(string step, StandInFault fault)
    {
        var plan = Small with { StandIn = StandInServer.With(fault) };
        var comparison = new Comparison([Technique.Of(step)], plan, new(TextWriter.Null, terminal: false));
        var figures = Assert.Single(await comparison.RunAsync(default).WaitAsync(Wait.BuildPatience));
        Assert.Equal(Mistakes.None, figures.Mistakes);
        return figures;
    }

    /// <summary>The keys of the rows whose figure is larger than by chance.</summary>
    static string[] Risen(StepFigures before, StepFigures after) =>
    [
        .. FigureSection.AllRows
            .Where(row => !NotChecked.Contains(row.Key) && row.Of(before) is not null)
            .Where(row => row.Of(after)!.Median
                > row.Of(before)!.Median * (Timed.Contains(row.Key) ? MoreTimed : MoreCounted) + row.Of(before)!.Noise)
            .Select(row => row.Key),
    ];
}
