namespace Classroom;

/// <summary>
/// Held: a crowd comes in and stays, silent, then more come in some rounds; how much more memory the server's objects
/// take after each.
/// </summary>
static class Crowd
{
    /// <param name="figures">Those that there are already.</param>
    /// <param name="setup">Has a server with nobody in the chat.</param>
    /// <param name="plan">How much is measured.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<StepFigures> MeasureAsync(
        StepFigures figures, StepSetup setup, MeasuringPlan plan, CancellationToken cancellation)
    {
        List<Audience> audiences = [];
        try
        {
            var bytes = await SeatAsync(plan.FirstCrowd);
            List<double> perClient = [];
            for (var round = 0; round < plan.Rounds; round++)
            {
                var more = await SeatAsync(plan.NextCrowd);
                perClient.Add((double)(more - bytes) / plan.NextCrowd);
                bytes = more;
            }
            return figures with { HeldBytes = new(perClient) };
        }
        finally
        {
            await Task.WhenAll(audiences.Select(audience => audience.DisposeAsync().AsTask()));
        }

        async Task<long> SeatAsync(int count)
        {
            var seated = audiences.Sum(audience => audience.Students.Count);
            audiences.Add(await Audience.SeatAsync(
                setup.Technique,
                setup.Server,
                Audience.OneName(count),
                _ => new() { Pause = StudentOptions.Never },
                cancellation));
            await setup.WaitForClientsAsync(seated + count, cancellation);
            await setup.WaitUntilIdleAsync(cancellation);
            return await setup.MemoryAsync(cancellation);
        }
    }
}
