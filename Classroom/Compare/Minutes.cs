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

    static readonly TimeSpan hour = TimeSpan.FromHours(1);

    /// <summary>
    /// In 03 each asks again, and 05 sends two heartbeats. The server of 04 looks every 7.5 s whether the last pong is
    /// 30 s old: its ping leaves every 37.5 s.
    /// </summary>
    static TimeSpan Cycle(Technique technique) =>
        TimeSpan.FromSeconds(technique.Reading == Reading.WebSocket ? 37.5 : 30);

    /// <summary>A busy minute of a class, and a quiet one.</summary>
    /// <param name="setup">Is <see cref="MeasuringPlan.ClassSpeed"/> as fast as usual.</param>
    public static async Task MeasureClassAsync(
        StepFigures figures, StepSetup setup, MeasuringPlan plan, CancellationToken stop)
    {
        var speed = plan.ClassSpeed;
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
                figures.AddDelays(round.Select(message => message.Select(delay => delay * speed).ToArray()));
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
    /// <param name="setup">Has a server whose processor's time counts, and nobody in the chat. It is
    /// <see cref="MeasuringPlan.SilenceSpeed"/> as fast as usual.</param>
    public static async Task MeasureSilenceAsync(
        StepFigures figures, StepSetup setup, MeasuringPlan plan, CancellationToken stop)
    {
        var speed = plan.SilenceSpeed;
        if (setup.Technique.Reading == Reading.WebSocket && speed != 1)
        {
            return; // The pings of 04 cannot be made faster.
        }
        var cycle = Cycle(setup.Technique) / speed;
        await using var audience = new Audience(setup);
        // One comes, is known to the server, and goes: it has compiled what the others need.
        await audience.SeatAsync(1, setup.Wire.Address, speed: null, TimeSpan.Zero, stop);
        await setup.WaitForClientsAsync(1, stop);
        await audience.LeaveAsync();
        await setup.WaitUntilIdleAsync(stop);
        var empty = new Figure([]);
        for (var round = 0; round < plan.Rounds; round++)
        {
            var count = await PassAsync(cycle / 30);
            empty.Rounds.Add(PerHour(count.Cpu.TotalMilliseconds, count));
        }
        // What by chance is more than usual, such as a method that is compiled, is no measure of the usual chance.
        var noise = 2 * (empty.Median - empty.Least);

        // In 01 nothing happens until a person reloads.
        double? asking = setup.Technique.Reading == Reading.Reload ? null : speed;
        await audience.SeatAsync(plan.Silent, setup.Wire.Address, asking, cycle, stop);
        // Nobody is to ask just when the measuring begins or ends.
        await Task.Delay(cycle / 8, stop);
        var before = audience.Count;
        for (var round = 0; round < plan.Rounds; round++)
        {
            var count = await PassAsync(cycle / plan.Rounds);
            figures.Add("keepCpu", PerHour(count.Cpu.TotalMilliseconds, count) - empty.Median, noise);
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
        double PerHour(double value, Count during) => value * (hour / during.Time) / speed / plan.Silent;
    }
}
