namespace Classroom;

/// <summary>How much is measured. All figures come from the same measuring, whatever the plan.</summary>
/// <param name="Rounds">How often each thing is measured whose figure differs from time to time.</param>
/// <param name="Students">How many read in a class. One more writes.</param>
/// <param name="Messages">How many a class gets in a round without a pause.</param>
/// <param name="ClassSpeed">How many times as fast the minutes of a class pass, with all pauses so much shorter. 10 at
/// most: a server of 06 tells its clients of a webhook 250 ms later, and of two at once if they come closer.</param>
/// <param name="Silent">How many clients are silent, so that the processor time for one can be told at all.</param>
/// <param name="SilenceSpeed">How many times as fast the silence passes.</param>
/// <param name="FirstCrowd">How many clients are there before it is measured what a further one holds.</param>
/// <param name="NextCrowd">How many more come with each round.</param>
sealed record MeasuringPlan(
    int Rounds,
    int Students,
    int Messages,
    double ClassSpeed,
    int Silent,
    double SilenceSpeed,
    int FirstCrowd,
    int NextCrowd)
{
    /// <summary>About three minutes on two cores.</summary>
    public static MeasuringPlan Full { get; } = new(5, 30, 500, ClassSpeed: 5, 300, SilenceSpeed: 1, 500, 200);

    /// <summary>About one minute.</summary>
    public static MeasuringPlan Quick { get; } = new(3, 30, 80, ClassSpeed: 10, 100, SilenceSpeed: 6, 150, 75);
}
