using System.Collections.Concurrent;

namespace Tests;

/// <summary>
/// One browser, and one server of each step, for all tests of a collection. Nothing is started before a test asks for
/// it.
/// </summary>
public sealed class BrowserFixture : IAsyncLifetime
{
    readonly ConcurrentDictionary<string, Lazy<HostedStep>> steps = [];
    readonly Lazy<Task<BrowserDriver>> driver = new(BrowserDriver.StartAsync);
    readonly Lazy<Task<BrowserSession>> session;

    public BrowserFixture() => session = new(async () => await (await driver.Value).OpenAsync());

    /// <summary>The browser that the tests share.</summary>
    public Task<BrowserSession> SessionAsync() => session.Value;

    /// <summary>Another browser, with another profile.</summary>
    public async Task<BrowserSession> OpenAnotherAsync() => await (await driver.Value).OpenAsync();

    /// <summary>Where a step runs that the tests of a collection share.</summary>
    public Uri Server(string step) => steps.GetOrAdd(step, _ => new(() =>
        // So that 03 answers 204, and 05 sends heartbeats, while a test looks on.
        HostedStep.Start(step, ("HoldSeconds", "1"), ("HeartbeatSeconds", "1")))).Value.BaseAddress;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (driver.IsValueCreated)
        {
            await (await driver.Value).DisposeAsync();
        }
        foreach (var step in steps.Values)
        {
            await step.Value.DisposeAsync();
        }
    }
}
