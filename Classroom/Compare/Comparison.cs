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
        terminal.Error.WriteLine(
            $"All steps at once: one client, a class, and {plan.Silent} clients while nobody writes");
        await Task.WhenAll(figures.SelectMany<StepFigures, Task>(step =>
        [
            Minutes.MeasureSilenceAsync(step, plan, stop),
            CountAsync(step, plan, stop),
        ]));
        foreach (var step in figures)
        {
            terminal.Error.WriteLine(
                $"{step.Step}: many messages to {plan.Students} clients, then the memory of many clients");
            await ManyClients.DeliverAsync(step, plan, stop);
            await ManyClients.HoldAsync(step, plan, stop);
        }
        return figures;
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
        await Minutes.MeasureClassAsync(step, plan, stop);
    }
}
