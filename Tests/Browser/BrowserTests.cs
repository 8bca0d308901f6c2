using Classroom;

namespace Tests;

/// <summary>
/// A test with a window for Alice and one for Bob, after which nothing may have been said on the console.
/// </summary>
public abstract class BrowserTests(BrowserFixture fixture) : IAsyncLifetime
{
    static int count;
    int consoleBefore;

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
            await window.LeaveAsync();
        }
        Assert.DoesNotContain((await Session.ConsoleAsync()).Skip(consoleBefore), entry => !MayBeOnConsole(entry));
    }

    /// <summary>Whether a test has brought this about on purpose.</summary>
    protected virtual bool MayBeOnConsole(BrowserConsoleEntry entry) => false;

    /// <summary>A text that no other test writes.</summary>
    protected static string Unique(string text) => $"{text} ({Interlocked.Increment(ref count)})";
}
