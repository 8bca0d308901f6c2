namespace Classroom;

/// <summary>
/// Measures steps: first all at once what is counted or takes time and no strength, which is one client, a small class
/// and silence; then one after the other what needs the machine for itself.
/// </summary>
static class Comparison
{
    public static async Task<IReadOnlyList<StepFigures>> RunAsync(
        IReadOnlyList<Technique> techniques, MeasuringPlan plan, Terminal terminal, CancellationToken stop)
    {
        StepFigures[] figures = [.. techniques.Select(technique => new StepFigures(technique.Folder))];
        terminal.Report($"All steps at once: one client, a class, and {plan.Silent} clients while nobody writes");
        await Task.WhenAll(figures.SelectMany<StepFigures, Task>(step =>
        [
            KeepAsync(step, plan, stop),
            CountAsync(step, plan, stop),
        ]));
        foreach (var step in figures)
        {
            terminal.Report($"{step.Step}: many messages to {plan.Students} clients, then the memory of many clients");
            await using (var setup = await StepSetup.StartAsync(step.Technique, isTimed: true, stop: stop))
            {
                await FanOut.MeasureAsync(step, setup, plan, stop);
            }
            await Crowd.MeasureAsync(step, plan, stop);
        }
        return figures;
    }

    static async Task KeepAsync(StepFigures step, MeasuringPlan plan, CancellationToken stop)
    {
        await using var setup = await StepSetup.StartAsync(step.Technique, plan.SilenceSpeed, isTimed: true, stop);
        await Minutes.MeasureSilenceAsync(step, setup, plan, stop);
    }

    static async Task CountAsync(StepFigures step, MeasuringPlan plan, CancellationToken stop)
    {
        await using (var setup = await StepSetup.StartAsync(step.Technique, stop: stop))
        {
            await using var audience = new Audience(setup);
            await audience.OpenAsync(stop);
            await SingleClient.ConnectAsync(step, setup, audience, plan.Rounds, stop);
            await SingleClient.DeliverAsync(step, setup, audience, plan.Rounds, stop);
            await Far.MeasureAsync(step, setup, audience, plan.Rounds, stop);
        }
        await using var faster = await StepSetup.StartAsync(step.Technique, plan.ClassSpeed, stop: stop);
        await Minutes.MeasureClassAsync(step, faster, plan, stop);
    }
}
