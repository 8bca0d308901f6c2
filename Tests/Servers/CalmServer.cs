namespace Tests;

/// <summary>
/// A step with the same chat as those that are attacked, and without an attack: how slow this machine is.
/// </summary>
public sealed class CalmServer : IAsyncLifetime
{
    readonly Lazy<Task<AttackedServer>> server = new(() => AttackedServer.StartAsync(Steps.Folder(5)));

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (server.IsValueCreated)
        {
            await (await server.Value).DisposeAsync();
        }
    }

    /// <summary>Starts it, the first time.</summary>
    internal Task<AttackedServer> StartAsync() => server.Value;
}
