namespace Classroom;

/// <summary>What can be broken between a step and its clients.</summary>
/// <param name="Name">What the page of the race calls it.</param>
/// <param name="Key">Does it in break.</param>
/// <param name="Help">What the key does.</param>
/// <param name="DoAsync">Does it, and returns when it is done: what lasts goes on.</param>
/// <param name="Question">What the race asks the class when it is done to all lanes; null: it is no fault of the
/// race.</param>
sealed record Fault(
    string Name, char Key, string Help, Func<Breaker, CancellationToken, Task> DoAsync, string? Question = null)
{
    public static IReadOnlyList<Fault> All { get; } =
    [
        new("cut", 'c', "cuts every connection now", (breaker, _) => breaker.CutAsync(),
            "every connection is cut. Who says Reconnecting, and who comes back?"),
        new("refuse", 'r', "refuses new connections for 10 s", (breaker, stop) => breaker.RefuseAsync(stop),
            "new connections are refused for 10 s; open ones stay. Cut them as well."),
        new("delay", 'd', "delays everything by 1 s; again: no longer", (breaker, _) => breaker.DelayAsync(),
            "everything takes 1 s more or no longer, each way. Who is 1 s later, and who more?"),
        new("freeze", 'f', "freezes for 10 s, and closes nothing", (breaker, stop) => breaker.FreezeAsync(stop),
            "frozen for 10 s: nothing passes, nothing is closed. Who notices?"),
        new("restart", 's', "stops the server and starts it again", (breaker, stop) => breaker.RestartAsync(stop),
            "every server is restarted, with an empty chat. Who has lost what?"),
        new("kill", 'k', "kills the server; again: starts it", (breaker, stop) => breaker.KillAsync(stop)),
        new("forge", 'w', "sends it a forged webhook", (breaker, stop) => breaker.ForgeAsync(stop)),
    ];

    /// <summary>Those of a step.</summary>
    public static IEnumerable<Fault> Of(Technique technique) =>
        All.Where(fault => technique.HasWebhooks || fault.Name != "forge");
}
