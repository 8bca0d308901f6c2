using System.Collections.Concurrent;

namespace Tests;

/// <summary>One server of each step that a class of tests asks for, with the step's own settings.</summary>
public sealed class SharedSteps : IAsyncLifetime
{
    readonly ConcurrentDictionary<string, Lazy<HostedStep>> steps = [];

    /// <summary>Starts the step, the first time.</summary>
    internal HostedStep Start(string step) => steps.GetOrAdd(step, _ => new(() => HostedStep.Start(step))).Value;

    public Task InitializeAsync() => Task.CompletedTask;

    /// <summary>None of the tests may have surprised a step.</summary>
    public async Task DisposeAsync()
    {
        foreach (var step in steps.Values)
        {
            await step.Value.DisposeAsync();
        }
    }
}
