using System.Collections.Concurrent;

namespace Tests;

/// <summary>
/// One browser for all tests, and for those of a collection two windows of it and a server of each step. Nothing is
/// started before a test asks for it.
/// </summary>
public sealed class BrowserFixture : IAsyncLifetime
{
    static readonly SemaphoreSlim turn = new(1);
    static BrowserSession? shared;
    static int users;

    readonly ConcurrentDictionary<string, Lazy<HostedStep>> steps = [];
    readonly Lazy<Task<BrowserSession>> session = new(TakeAsync);
    readonly Lazy<Task<BrowserWindow>> alice;
    readonly Lazy<Task<BrowserWindow>> bob;

    public BrowserFixture()
    {
        alice = new(OpenAsync);
        bob = new(OpenAsync);

        async Task<BrowserWindow> OpenAsync() => await (await SessionAsync()).OpenWindowAsync();
    }

    /// <summary>The browser that the tests share.</summary>
    public Task<BrowserSession> SessionAsync() => session.Value;

    /// <summary>A window that the tests of a collection share.</summary>
    public Task<BrowserWindow> AliceAsync() => alice.Value;

    /// <summary>Another one.</summary>
    public Task<BrowserWindow> BobAsync() => bob.Value;

    /// <summary>Where a step runs that the tests of a collection share.</summary>
    public Uri Server(string step) => steps.GetOrAdd(step, _ => new(() =>
        // So that 03 answers 204, and 05 sends heartbeats, while a test looks on.
        HostedStep.Start(step, ("HoldSeconds", "1"), ("HeartbeatSeconds", "1")))).Value.BaseAddress;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var window in new[] { alice, bob }.Where(window => window.IsValueCreated))
        {
            await (await window.Value).CloseAsync();
        }
        if (session.IsValueCreated)
        {
            await session.Value;
            await GiveBackAsync();
        }
        foreach (var step in steps.Values)
        {
            await step.Value.DisposeAsync();
        }
    }

    static async Task<BrowserSession> TakeAsync()
    {
        await turn.WaitAsync();
        try
        {
            shared ??= await BrowserSession.StartAsync();
            users++;
            return shared;
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>The last of the collections that have taken it ends the browser.</summary>
    static async Task GiveBackAsync()
    {
        await turn.WaitAsync();
        try
        {
            users--;
            if (users == 0)
            {
                await shared!.DisposeAsync();
                shared = null;
            }
        }
        finally
        {
            turn.Release();
        }
    }
}
