namespace Classroom;

/// <summary>
/// Time passes for clients that came at even distances, while somebody writes at even distances, or nobody does: what
/// the reading costs. Time may pass faster, with all pauses shorter to the same degree: what is counted is the same.
/// </summary>
static class Minutes
{
    /// <summary>A message every 3 s.</summary>
    const int BusyMessages = 20;

    const int QuietMessages = 1;

    /// <summary>A busy minute of a class, and a quiet one.</summary>
    public static async Task MeasureClassAsync(StepFigures figures, MeasuringPlan plan, CancellationToken stop)
    {
        var speed = plan.ClassSpeed;
        await using var setup = await StepSetup.StartAsync(figures.Technique, speed, stop: stop);
        var minute = TimeSpan.FromMinutes(1) / speed;
        var pause = Student.PauseOf(setup.Technique) / speed;
        await using var audience = new Audience(setup);
        await audience.OpenAsync(stop);
        // So that the first who comes finds a server that is compiled, and asks as soon as the others.
        await audience.WriteAsync(stop);
        await setup.WaitUntilIdleAsync(stop);
        await audience.SeatAsync(plan.Students, setup.Wire.Address, speed, pause, stop);
        await Task.Delay(pause / 10, stop);
        await audience.WriteAsync(BusyMessages / 5, minute / 5, stop); // Until each has asked in the midst of a chat.

        await MeasureAsync("busy", BusyMessages);
        if (!setup.Technique.DeliversAtOnce)
        {
            foreach (var round in audience.Delays(BusyMessages).Chunk(BusyMessages / plan.Rounds))
            {
                // As late as they would be at the usual speed.
                figures.AddDelays([.. round.SelectMany(message => message).Select(delay => delay * speed)]);
            }
        }
        await MeasureAsync("quiet", QuietMessages);
        figures.AddFaults(audience.Faults());

        async Task MeasureAsync(string name, int messages)
        {
            var before = audience.Count;
            await audience.WriteAsync(messages, minute, stop);
            await audience.ToldOfWebhooksAsync(stop);
            var count = audience.Count - before;
            figures.Add($"{name}Requests", (double)count.Requests / plan.Students);
            figures.Add($"{name}NothingNew", count.Answers == 0 ? 0 : 100.0 * count.Empty / count.Answers);
            figures.Add($"{name}Bytes", (double)count.Bytes / plan.Students);
            await audience.ReceiveAsync(stop);
        }
    }

    /// <summary>Some hundred clients, and nobody writes.</summary>
    public static async Task MeasureSilenceAsync(StepFigures figures, MeasuringPlan plan, CancellationToken stop)
    {
        var speed = plan.SilenceSpeed;
        // In 03 each asks again, and 05 sends two heartbeats. The server of 04 looks every 7.5 s whether the last pong
        // is 30 s old: its ping leaves every 37.5 s.
        var cycle = TimeSpan.FromSeconds(figures.Technique.Reading == Reading.WebSocket ? 37.5 : 30) / speed;
        await using var setup = await StepSetup.StartAsync(figures.Technique, speed, isTimed: true, stop);
        await using var audience = new Audience(setup);
        // One comes, is known to the server, and goes: it has compiled what the others need.
        await audience.SeatAsync(1, setup.Wire.Address, speed: null, TimeSpan.Zero, stop);
        await setup.WaitForClientsAsync(1, stop);
        await audience.LeaveAsync();
        await setup.WaitUntilIdleAsync(stop);
        List<double> empty = [];
        for (var round = 0; round < plan.Rounds; round++)
        {
            var count = await PassAsync(cycle / 30);
            empty.Add(PerHour(count.Cpu.TotalMilliseconds, count));
        }

        // In 01 nothing happens until a person reloads.
        double? asking = setup.Technique.Reading == Reading.Reload ? null : speed;
        await audience.SeatAsync(plan.Silent, setup.Wire.Address, asking, cycle, stop);
        // Nobody is to ask just when the measuring begins or ends.
        await Task.Delay(cycle / 8, stop);
        var before = audience.Count;
        for (var round = 0; round < plan.Rounds; round++)
        {
            var count = await PassAsync(cycle / plan.Rounds);
            var more = PerHour(count.Cpu.TotalMilliseconds, count) - StepFigures.Percentile(empty, 0.5);
            figures.Add("keepCpu", Math.Max(0, more)); // Chance can make it less than nothing.
        }
        var all = audience.Count - before;
        figures.Add("keepRequests", PerHour(all.Requests, all));
        figures.Add("keepBytes", PerHour(all.Bytes, all));

        async Task<Count> PassAsync(TimeSpan time)
        {
            var from = audience.Count;
            await Task.Delay(time, stop);
            return audience.Count - from;
        }

        // Of one client, in an hour that passes at the usual speed.
        double PerHour(double value, Count during) =>
            value * (TimeSpan.FromHours(1) / during.Time) / speed / plan.Silent;
    }
}
