using System.Collections.Concurrent;

namespace Tests;

/// <summary>
/// One server of each step for all attacks, and one with the same chat that nobody attacks: how slow this machine is.
/// </summary>
public sealed class AttackedServers : IAsyncLifetime
{
    readonly Lazy<Task<AttackedServer>> calm = new(() => AttackedServer.StartAsync(Steps.Folder(5)));
    readonly ConcurrentDictionary<string, Lazy<Task<AttackedServer>>> servers = [];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var server in servers.Values.Append(calm).Where(server => server.IsValueCreated))
        {
            await (await server.Value).DisposeAsync();
        }
    }

    /// <summary>Attacks a step, and fails if that does any harm.</summary>
    /// <returns>What there is to tell of it.</returns>
    internal async Task<string> AttackAsync(string step, Func<AttackedServer, Task<string>> attack)
    {
        var other = await calm.Value;
        var server = await servers.GetOrAdd(step, _ => new(() => AttackedServer.StartAsync(step))).Value;
        var told = await attack(server);
        await server.OnlyTheChatIsLeftAsync();
        await server.NothingIsHarmedAsync(other);
        return $"{server}; {told}";
    }
}
