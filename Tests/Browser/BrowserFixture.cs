using System.Collections.Concurrent;
using Classroom;

namespace Tests;

/// <summary>One browser, and one process of each step, for all tests of a collection. Nothing is started before a test asks for it.</summary>
public sealed class BrowserFixture : IAsyncLifetime
{
    readonly ConcurrentDictionary<string, Lazy<Task<StepProcess>>> steps = [];
    readonly ConcurrentDictionary<string, Dictionary<string, Task>> scenarios = [];
    readonly Lazy<Task<BrowserDriver>> driver = new(BrowserDriver.StartAsync);
    readonly Lazy<Task<BrowserSession>> session;

    public BrowserFixture() => session = new(async () => await (await driver.Value).OpenAsync());

    /// <summary>The browser that the tests share.</summary>
    public Task<BrowserSession> SessionAsync() => session.Value;

    /// <summary>Another browser, with another profile.</summary>
    public async Task<BrowserSession> OpenAnotherAsync() => await (await driver.Value).OpenAsync();

    /// <summary>Where a step runs that the tests share: its log has what other tests wrote.</summary>
    public async Task<Uri> ServerAsync(string step) => (await steps.GetOrAdd(step, _ => new(() => StepProcess.StartAsync(
        // So that 03 answers 204, and 05 sends heartbeats, while a test looks on.
        step, arguments: ["--HoldSeconds", "1", "--HeartbeatSeconds", "1"]))).Value).BaseAddress;

    /// <summary>One step's turn of a scenario that is mostly waiting: whoever asks first starts it for all steps at once.</summary>
    public Task RunAsync(string name, string step, Func<string, Task> scenario) =>
        scenarios.GetOrAdd(name, _ => Repository.Steps().ToDictionary(each => each, each => Task.Run(() => scenario(each))))[step];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        // A scenario is told about by the test that awaits it; here it only has to have ended.
        await Task.WhenAll(scenarios.Values.SelectMany(tasks => tasks.Values)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (driver.IsValueCreated)
        {
            await (await driver.Value).DisposeAsync();
        }
        foreach (var step in steps.Values)
        {
            await (await step.Value).DisposeAsync();
        }
    }
}

/// <summary>The tests that share a browser's two windows run one after the other.</summary>
[CollectionDefinition("Browser")]
public sealed class BrowserCollection : ICollectionFixture<BrowserFixture>;

/// <summary>Those that mostly wait have another browser, so that they do it while the others work.</summary>
[CollectionDefinition("Browser, waiting")]
public sealed class BrowserWaitingCollection : ICollectionFixture<BrowserFixture>;

/// <summary>A test with a window for Alice and one for Bob, after which nothing may have been said on the console.</summary>
public abstract class BrowserTests(BrowserFixture fixture) : IAsyncLifetime
{
    static int count;
    int consoleBefore;

    public static TheoryData<string> Steps => [.. Repository.Steps()];

    protected BrowserFixture Fixture => fixture;

    protected BrowserWindow Alice { get; private set; } = null!;

    protected BrowserWindow Bob { get; private set; } = null!;

    protected BrowserSession Session { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Session = await fixture.SessionAsync();
        Alice = Session.First;
        Bob = await Session.SecondAsync();
        consoleBefore = (await Session.ConsoleAsync()).Count;
    }

    public async Task DisposeAsync()
    {
        foreach (var window in new[] { Alice, Bob })
        {
            await window.GoAsync("about:blank"); // Leaves the chat.
            await window.ResetAsync();
        }
        Assert.DoesNotContain((await Session.ConsoleAsync()).Skip(consoleBefore), entry => !MayBeOnConsole(entry));
    }

    /// <summary>Whether a test has brought this about on purpose.</summary>
    protected virtual bool MayBeOnConsole(BrowserConsoleEntry entry) => false;

    /// <summary>A text that no other test writes.</summary>
    protected static string Unique(string text) => $"{text} ({Interlocked.Increment(ref count)})";
}
