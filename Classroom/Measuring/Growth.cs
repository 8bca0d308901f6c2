using System.Diagnostics;

namespace Classroom;

/// <summary>
/// How the cost grows with the class: the busy class in several sizes, one step at a time, without a wire.
/// </summary>
sealed class Growth(
    IReadOnlyList<Technique> techniques, IReadOnlyList<int> sizes, MeasuringPlan plan, Progress progress)
{
    /// <summary>In 01 a person reloads every 10 s, which takes a while in a large class.</summary>
    static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(15);

    readonly List<GrowthFigures> figures = [];
    readonly List<string> limits = [];

    public IReadOnlyList<GrowthFigures> Figures => figures;

    /// <summary>Which classes could not be measured, and why: a sentence each.</summary>
    public IReadOnlyList<string> Limits => limits;

    public async Task RunAsync(CancellationToken cancellation)
    {
        var left = sizes.Count * techniques.Count;
        foreach (var students in sizes.Order())
        {
            if (MachineLimits.ReasonAgainst(students) is { } reason)
            {
                limits.Add($"{Number.Plural(students, "student")} were not measured: {reason}.");
                continue;
            }
            foreach (var technique in techniques)
            {
                try
                {
                    figures.Add(await MeasureAsync(technique, students, left, cancellation));
                }
                catch (TimeoutException exception)
                {
                    limits.Add($"{students} students were not measured: {exception.Message}");
                }
                left--;
            }
        }
    }

    async Task<GrowthFigures> MeasureAsync(
        Technique technique, int students, int left, CancellationToken cancellation)
    {
        await using var setup = await plan.StartTimedAsync(technique, 1, cancellation);
        var minutes = left * (plan.BetweenMessages * (plan.Rounds + 2)).TotalMinutes;
        progress.Report($"{technique}: a class of {students}", $"(about {Math.Ceiling(minutes):0} min left)");
        // Those who come while a server is being compiled would ask in step ever after.
        await Audience.VisitAsync(technique, setup.Server, cancellation);
        await using var readers = await SeatAsync(setup, students, cancellation);
        await setup.WaitForClientsAsync(students, cancellation);
        await using var writer = Student.Create(technique, setup.Server, "Writer", new()
        {
            Pause = StudentOptions.Never,
            SendTo = setup.ServerToWrite,
        });
        writer.Start();
        await writer.Connected.WaitAsync(cancellation);
        await setup.WaitUntilIdleAsync(cancellation);
        var memory = await setup.MemoryAsync(cancellation);

        List<string> written = [];
        List<double> cpu = [];
        await WriteAsync(); // Uncounted: the first of all is late, since the server has not done it before.
        for (var round = 0; round < plan.Rounds; round++)
        {
            var before = setup.CpuTime;
            var started = Stopwatch.GetTimestamp();
            await WriteAsync();
            cpu.Add((setup.CpuTime - before) / Stopwatch.GetElapsedTime(started) * 100);
        }
        await Audience.ReceiveAsync(readers.Students, written.Count, LongestDelay, cancellation);
        var delays = written.Skip(1).Select(text => readers.DelaysOf([text])).ToArray();
        var known = Delays.Add(new StepFigures(technique.Folder), delays);
        var none = new Figure([double.NaN]);
        return new(
            technique.Folder,
            students,
            known.DelayMedian ?? none,
            known.Delay99 ?? none,
            new(cpu),
            Figure.Exactly(memory),
            Mistakes.Of(readers.Students, written));

        async Task WriteAsync()
        {
            var started = Stopwatch.GetTimestamp();
            written.Add($"This is message number {written.Count + 1} to all of you.");
            await writer.SendAsync(written[^1], cancellation);
            await Pace.UntilAsync(TimeProvider.System, started, plan.BetweenMessages, cancellation);
        }
    }

    static Task<Audience> SeatAsync(StepSetup setup, int students, CancellationToken cancellation)
    {
        var options = MeasuringPlan.TimesOf(1);
        var names = Audience.OneName(students);
        return setup.Technique.Reading switch
        {
            Reading.Reload => Audience.SeatEvenlyAsync(
                setup.Technique, setup.Server, names, () => options, TimeProvider.System, options.Reload, cancellation),
            Reading.ShortPoll => Audience.SeatEvenlyAsync(
                setup.Technique, setup.Server, names, () => options, TimeProvider.System, options.Poll, cancellation),
            _ => Audience.SeatAsync(setup.Technique, setup.Server, names, _ => options, cancellation),
        };
    }
}
