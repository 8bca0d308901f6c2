namespace Classroom;

/// <summary>
/// Held: a crowd comes in and stays, silent, then more come in some rounds; how much more memory the server's objects
/// take after each.
/// </summary>
static class Crowd
{
    public static async Task<StepFigures> MeasureAsync(
        StepFigures figures, MeasuringPlan plan, CancellationToken cancellation)
    {
        await using var setup = await plan.StartAsync(figures.Technique, 1, cancellation);
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
