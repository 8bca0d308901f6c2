using System.Diagnostics;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(Tests.LongestFirst))]

namespace Tests;

/// <summary>
/// The times that no setting makes shorter, beside each other. None is shorter than it says; that none is for ever, the
/// limit of the test tells. Its parts are in one test, so that they take 35 s together, and the others run beside it.
/// </summary>
public sealed class DefaultTimeTests
{
    /// <summary>For what hangs. After some more minutes Kestrel itself lets go of one who does not read.</summary>
    const int Hang = 3 * 60 * 1000;

    [Fact(Timeout = Hang), Trait("Step", "4"), Trait("Step", "5"), Trait("Step", "6")]
    public async Task Each_step_keeps_its_times()
    {
        var all = Task.WhenAll(PingAsync(), LetGoAsync(5), LetGoAsync(6));
        await all.WaitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>
    /// 04 sends a ping after 30 s, and lets go of who does not answer within another 30 s. These are not waited for:
    /// without a limit for the answer, the framework would not send a ping, but a pong.
    /// </summary>
    static async Task PingAsync()
    {
        await using var step = await Step.StartAsync(4);
        using var chat = step.Chat();
        var opened = Stopwatch.GetTimestamp();
        using var alice = await RawConnection.JoinAsync(step, "Alice");
        await alice.HeadAsync();
        Assert.Equal(9, (await alice.ControlFrameAsync()).Opcode);
        AtLeast(30, opened);
    }

    /// <summary>
    /// One who stays connected and does not read is let go after 30 s, and nobody else notices. (In 04, such a client
    /// answers no ping either: without the limit of a send it would take some 60 s.)
    /// </summary>
    static async Task LetGoAsync(int number)
    {
        await using var step = await Step.StartAsync(number);
        using var chat = step.Chat();
        using var mallory = await RawConnection.JoinAsync(step, "Mallory", isDeaf: true);
        await chat.HoldsAsync("connections", 1);
        await using var bob = step.Chat().Follow("Bob");
        await chat.HoldsAsync("connections", 2);
        // 1.5 MB, more than the buffers on the way take.
        var text = new string('€', 500);
        var flooded = Stopwatch.GetTimestamp();
        var said = (await chat.SayAllAsync("Alice", [.. Enumerable.Repeat(text, 900)])).Length;
        while (await chat.CountAsync("connections") != 1)
        {
            await chat.SayAsync("Alice", "Are you served, Bob?");
            said++;
            Assert.Equal(said, (await bob.ReceivesAsync(said)).Length);
            await Task.Delay(500, Until.Token);
        }
        AtLeast(30, flooded);
    }

    static void AtLeast(double seconds, long since) =>
        Assert.InRange(Stopwatch.GetElapsedTime(since).TotalSeconds, seconds - 0.1, double.MaxValue); // As timers are.
}

/// <summary>What takes longest begins first: the tests in the browser, and those that wait for half a minute.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    public IReadOnlyCollection<T> OrderTestCollections<T>(IReadOnlyCollection<T> testCollections)
        where T : ITestCollection =>
        [.. testCollections.OrderByDescending(one => one.TestCollectionDisplayName == "Browser"
            || one.TestCollectionDisplayName.Contains(nameof(DefaultTimeTests)))];
}
