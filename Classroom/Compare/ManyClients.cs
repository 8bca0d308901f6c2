namespace Classroom;

/// <summary>To deliver, timed, and to hold: what needs the machine for itself. No wire is between.</summary>
static class ManyClients
{
    /// <summary>In 01 each reload brings the whole chat again, which is to stay short.</summary>
    const int Reloads = 8;

    /// <summary>A class reads, one writes, waits until all have that, and writes the next one at once.</summary>
    public static async Task DeliverAsync(StepFigures figures, MeasuringPlan plan, CancellationToken stop)
    {
        await using var setup = await StepSetup.StartAsync(figures.Technique, isTimed: true, stop: stop);
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
                figures.AddDelays([.. audience.Delays(messages).SelectMany(message => message)]);
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

    /// <summary>
    /// A crowd comes in and stays, silent, then more come in some rounds: how much more memory the server's objects
    /// take after each.
    /// </summary>
    public static async Task HoldAsync(StepFigures figures, MeasuringPlan plan, CancellationToken stop)
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
