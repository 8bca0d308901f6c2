namespace Classroom;

/// <summary>How much is measured. All figures come from the same measuring, whatever the plan.</summary>
sealed record MeasuringPlan
{
    /// <summary>The plan of ./run.sh compare: less than 3 minutes for six steps on two cores.</summary>
    public static MeasuringPlan Usual { get; } = new();

    /// <summary>The plan of --quick: about a minute.</summary>
    public static MeasuringPlan Quick { get; } = new()
    {
        Rounds = 3,
        Silent = 100,
        SilenceSpeed = 6,
        ClassSpeed = 10,
        MessagesPerRound = 80,
        FirstCrowd = 150,
        NextCrowd = 75,
        UntimedAtOnce = 5,
    };

    /// <summary>How often each thing is measured whose figure differs from time to time.</summary>
    public int Rounds { get; init; } = 5;

    /// <summary>How many read in a class. One more writes.</summary>
    public int Students { get; init; } = 30;

    /// <summary>How many messages a round of the delivering has.</summary>
    public int MessagesPerRound { get; init; } = 500;

    /// <summary>The same for 01: each reload brings the whole chat again, which is to stay short.</summary>
    public int ReloadsPerRound { get; init; } = 8;

    /// <summary>How many clients are silent, so that the processor time for one can be told at all.</summary>
    public int Silent { get; init; } = 300;

    /// <summary>How many times as fast the silence passes: all pauses are so many times shorter.</summary>
    public double SilenceSpeed { get; init; } = 1;

    /// <summary>
    /// The same of the two classes; 10 at most: a server of 06 tells its clients of a webhook 250 ms later, and of two
    /// at once if the next message comes before.
    /// </summary>
    public double ClassSpeed { get; init; } = 5;

    /// <summary>How many clients are there before it is measured what a further one holds.</summary>
    public int FirstCrowd { get; init; } = 500;

    /// <summary>How many more come with each round.</summary>
    public int NextCrowd { get; init; } = 200;

    /// <summary>How many there are at last.</summary>
    public int Crowd => FirstCrowd + Rounds * NextCrowd;

    /// <summary>About how long that takes which is measured of all steps together.</summary>
    public TimeSpan TakesTogether => TimeSpan.FromSeconds(15) + TimeSpan.FromSeconds(75) / SilenceSpeed;

    /// <summary>About how long the delivering takes for each step.</summary>
    public TimeSpan TakesFanOut => TimeSpan.FromSeconds(1) + Rounds * TakesRound;

    /// <summary>About how long each round of that takes.</summary>
    public TimeSpan TakesRound => MessagesPerRound * TimeSpan.FromMilliseconds(1.5);

    /// <summary>About how long the memory takes for each step.</summary>
    public TimeSpan TakesCrowd => TimeSpan.FromSeconds(0.5 * Rounds);

    /// <summary>A message that has not arrived after this time is lost.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often a large class gets a message.</summary>
    public TimeSpan BetweenMessages { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How many steps deliver at a time: more than one for a test that only counts.</summary>
    public int StepsAtOnce { get; init; } = 1;

    /// <summary>How many steps at a time do what is not timed: their classes come, and their crowds.</summary>
    public int UntimedAtOnce { get; init; } = 2;

    /// <summary>For each pair of classes: what gives a clock to whoever measures there, and to each student who asks by
    /// the clock. Those of a test run ahead.</summary>
    public Func<Technique, Func<TimeProvider>> ClassClocks { get; init; } = _ => () => TimeProvider.System;

    /// <summary>The same for each silence.</summary>
    public Func<Technique, Func<TimeProvider>> SilenceClocks { get; init; } = _ => () => TimeProvider.System;

    /// <summary>Starts the servers. A test's may be other ones.</summary>
    public StartServer Server { get; init; } = StepProcess.StartMeasuredAsync;

    /// <summary>Starts those of which nothing is asked but what crosses the wires.</summary>
    public StartServer CountedServer { get; init; } = StepProcess.StartMeasuredAsync;

    /// <summary>Of the servers whose processor's time counts.</summary>
    public IReadOnlyDictionary<string, string> TimedEnvironment { get; init; } = StepProcess.TimedEnvironment;

    /// <summary>Starts the servers of a step.</summary>
    /// <param name="technique">The step's.</param>
    /// <param name="speed">How many times as fast as usual their pauses are.</param>
    /// <param name="cancellation">Gives up.</param>
    public Task<StepSetup> StartAsync(Technique technique, double speed, CancellationToken cancellation) =>
        StepSetup.StartAsync(technique, speed, StepProcess.MeasuringEnvironment, Server, cancellation);

    /// <summary>The same where only that counts which crosses the wires.</summary>
    public Task<StepSetup> StartCountedAsync(Technique technique, double speed, CancellationToken cancellation) =>
        StepSetup.StartAsync(technique, speed, StepProcess.MeasuringEnvironment, CountedServer, cancellation);

    /// <summary>The same where the processor's time counts.</summary>
    public Task<StepSetup> StartTimedAsync(Technique technique, double speed, CancellationToken cancellation) =>
        StepSetup.StartAsync(technique, speed, TimedEnvironment, Server, cancellation);

    /// <summary>The times of a student's page when everything is so many times as fast.</summary>
    public static StudentOptions TimesOf(double speed) => new()
    {
        Poll = new StudentOptions().Poll / speed,
        Reload = new StudentOptions().Reload / speed,
        // Measurements place the students' beginnings at even distances themselves.
        Spread = false,
    };
}
