namespace Classroom;

/// <summary>
/// To keep: clients that came at even distances stay while nobody writes, for as long as the slowest takes of what they
/// do again and again.
/// </summary>
sealed class Silence : IAsyncDisposable
{
    static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>03 asks again, and 05 has sent two heartbeats.</summary>
    static readonly TimeSpan Usual = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The server of 04 looks every 7.5 s whether the last pong is 30 s old: the ping leaves at the look after that.
    /// </summary>
    static readonly TimeSpan BetweenPings = TimeSpan.FromSeconds(37.5);

    readonly StepSetup setup;
    readonly MeasuringPlan plan;
    readonly Func<TimeProvider> clocks;
    readonly TimeProvider clock;
    readonly List<double> empty = [];
    Audience? clients;
    Figure? requests;
    Figure? bytes;
    Figure? cpu;

    /// <param name="setup">Has a server whose processor's time counts, and nobody in the chat.</param>
    /// <param name="plan">How much is measured.</param>
    public Silence(StepSetup setup, MeasuringPlan plan)
    {
        this.setup = setup;
        this.plan = plan;
        clocks = plan.SilenceClocks(Technique);
        clock = clocks();
    }

    Technique Technique => setup.Technique;

    Audience Clients => clients ?? throw new InvalidOperationException("SeatAsync has not been called.");

    TimeSpan Cycle => (Technique.Reading == Reading.WebSocket ? BetweenPings : Usual) / plan.SilenceSpeed;

    /// <summary>Whether all that the step does again and again can be made as fast: the pings of 04 can not.</summary>
    public static bool IsPossible(Technique technique, MeasuringPlan plan) =>
        technique.Reading != Reading.WebSocket || plan.SilenceSpeed == 1;

    /// <summary>What the server uses without a client, in milliseconds an hour.</summary>
    public async Task MeasureEmptyAsync(CancellationToken cancellation)
    {
        await Audience.VisitAsync(Technique, setup.Address, cancellation);
        await setup.WaitUntilIdleAsync(cancellation);
        for (var round = 0; round < plan.Rounds; round++)
        {
            var before = setup.CpuTime;
            var started = clock.GetTimestamp();
            await Task.Delay(Cycle / 30, clock, cancellation);
            empty.Add((setup.CpuTime - before).TotalMilliseconds * (Hour / clock.GetElapsedTime(started)));
        }
    }

    async Task SeatAsync(CancellationToken cancellation)
    {
        clients = await Audience.SeatEvenlyAsync(
            Technique,
            setup.Address,
            Audience.OneName(plan.Silent),
            // In 01 nothing happens until a person reloads.
            () => MeasuringPlan.TimesOf(plan.SilenceSpeed) with
            {
                Reload = TimeSpan.FromDays(1),
                Clock = Technique.DeliversAtOnce ? TimeProvider.System : clocks(),
            },
            clock,
            Cycle,
            cancellation);
        // Until the first have asked again; a little more, so that nobody asks just when the measuring begins or ends.
        await Task.Delay(Cycle / 8, clock, cancellation);
    }

    /// <summary>What it has measured.</summary>
    public StepFigures AddTo(StepFigures figures) => figures with
    {
        KeepRequests = requests,
        KeepBytes = bytes,
        KeepCpu = cpu,
    };

    /// <summary>Lets the clients come, and measures while they stay.</summary>
    public async Task MeasureAsync(CancellationToken cancellation)
    {
        await SeatAsync(cancellation);
        List<double> rounds = [];
        var without = new Figure(empty);
        var started = clock.GetTimestamp();
        var before = Count.Of(setup, Clients.Students);
        for (var round = 1; round <= plan.Rounds; round++)
        {
            var cpuBefore = setup.CpuTime;
            var roundStarted = clock.GetTimestamp();
            await Pace.UntilAsync(clock, started, Cycle * round / plan.Rounds, cancellation);
            var took = clock.GetElapsedTime(roundStarted);
            var used = (setup.CpuTime - cpuBefore).TotalMilliseconds * (Hour / took);
            rounds.Add(PerClient(used - without.Median));
        }
        var count = Count.Of(setup, Clients.Students) - before;
        var cycles = Hour / clock.GetElapsedTime(started);
        // What by chance is more than usual, such as a method that is compiled, is no measure of the usual chance.
        var noise = 2 * (without.Median - without.Least);
        requests = Figure.Exactly(PerClient(count.Requests * cycles));
        bytes = Figure.Exactly(PerClient(count.Bytes * cycles));
        cpu = new(rounds, PerClient(noise));
    }

    public async ValueTask DisposeAsync()
    {
        if (clients is not null)
        {
            await clients.DisposeAsync();
        }
    }

    /// <summary>What one client costs in an hour that passes at the usual speed.</summary>
    double PerClient(double all) => all / plan.SilenceSpeed / plan.Silent;
}
