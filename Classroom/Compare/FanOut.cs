namespace Classroom;

/// <summary>
/// To deliver, timed: a class reads, one writes a message, waits until all have it, and writes the next one at once.
/// No wire is between.
/// </summary>
static class FanOut
{
    /// <summary>In 01 each reload brings the whole chat again, which is to stay short.</summary>
    const int Reloads = 8;

    public static async Task MeasureAsync(
        StepFigures figures, StepSetup setup, MeasuringPlan plan, CancellationToken stop)
    {
        var messages = setup.Technique.Reading == Reading.Reload ? Reloads : plan.Messages;
        await using var audience = new Audience(setup);
        await audience.OpenAsync(stop);
        await audience.SeatAsync(plan.Students, setup.Server, speed: null, TimeSpan.Zero, stop);
        // A round that does not count: all code has run then, and the server has asked for its memory.
        await WriteAsync();
        await setup.WaitUntilIdleAsync(stop);
        for (var round = 0; round < plan.Rounds; round++)
        {
            var before = setup.CpuTime;
            await WriteAsync();
            var used = setup.CpuTime - before;
            figures.Add("deliverCpu", used.TotalMilliseconds / messages / plan.Students);
            if (setup.Technique.DeliversAtOnce)
            {
                figures.AddDelays(audience.Delays(messages));
            }
        }
        figures.AddFaults(audience.Faults());

        async Task WriteAsync()
        {
            for (var message = 0; message < messages; message++)
            {
                await audience.WriteAsync(stop);
                await audience.ReceiveAsync(stop);
            }
        }
    }
}
