namespace Classroom;

/// <summary>
/// Clients that are 50 ms away, each way: how late a message is that comes alone, and one that follows closely. Whoever
/// has got the first one in 03 has to ask again before the second can be sent.
/// </summary>
static class Far
{
    const int Clients = 20;

    static readonly TimeSpan transit = TimeSpan.FromMilliseconds(50);

    /// <summary>Until all that is under way is over, also a webhook and its answer.</summary>
    static readonly TimeSpan calm = TimeSpan.FromSeconds(1);

    /// <param name="audience">Has a writer, and nobody who reads.</param>
    public static async Task MeasureAsync(
        StepFigures figures, StepSetup setup, Audience audience, int rounds, CancellationToken stop)
    {
        var technique = setup.Technique;
        setup.Wire.Delay = transit;
        // Who asks by the clock comes at even distances over a pause: the median then is the same in each round.
        var pause = technique.DeliversAtOnce ? TimeSpan.Zero : Student.PauseOf(technique);
        await audience.SeatAsync(Clients, setup.Wire.Address, speed: 1, pause, stop);
        var all = technique.DeliversAtOnce ? rounds : 1;
        for (var round = 0; round < all; round++)
        {
            await Task.Delay(calm, stop);
            await audience.WriteAsync(stop);
            // The second follows within two transits: the time in which a question is not there.
            await Task.Delay(2 * transit * (round + 0.5) / all, stop);
            await audience.WriteAsync(stop);
            await audience.ReceiveAsync(stop);
            var delays = audience.Delays(2).ToArray();
            figures.AddDelay("farAlone", delays[0], 0.5);
            figures.AddDelay("farFollowing", delays[1], 0.5);
        }
        figures.AddFaults(audience.Faults());
    }
}
