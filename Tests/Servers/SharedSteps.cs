using System.Collections.Concurrent;
using Classroom;

namespace Tests;

/// <summary>One process of each step that a class of tests asks for, with the step's own settings.</summary>
public sealed class SharedSteps : IAsyncLifetime
{
    readonly ConcurrentDictionary<string, Lazy<Task<StepProcess>>> steps = [];

    /// <summary>Starts the step, the first time.</summary>
    internal Task<StepProcess> StartAsync(string step) =>
        steps.GetOrAdd(step, _ => new(() => StepProcess.StartAsync(step))).Value;

    public Task InitializeAsync() => Task.CompletedTask;

    /// <summary>None of the tests may have surprised a step.</summary>
    public async Task DisposeAsync()
    {
        foreach (var step in steps.Values)
        {
            await using var process = await step.Value;
            StepLog.AssertQuiet(process);
        }
    }
}
