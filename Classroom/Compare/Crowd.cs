namespace Classroom;

/// <summary>
/// Held: a crowd comes in and stays, silent, then more come in some rounds; how much more memory the server's objects
/// take after each.
/// </summary>
static class Crowd
{
    public static async Task MeasureAsync(StepFigures figures, MeasuringPlan plan, CancellationToken stop)
    {
        await using var setup = await StepSetup.StartAsync(figures.Technique, stop: stop);
        await using var audience = new Audience(setup);
        var bytes = await SeatAsync(plan.FirstCrowd);
        for (var round = 0; round < plan.Rounds; round++)
        {
            var more = await SeatAsync(plan.NextCrowd);
            figures.Add("heldBytes", (double)(more - bytes) / plan.NextCrowd);
            bytes = more;
        }

        async Task<long> SeatAsync(int count)
        {
            await audience.SeatAsync(count, setup.Server, speed: null, TimeSpan.Zero, stop);
            await setup.WaitForClientsAsync(audience.Readers.Count(), stop);
            await setup.WaitUntilIdleAsync(stop);
            return await setup.MemoryAsync(stop);
        }
    }
}
