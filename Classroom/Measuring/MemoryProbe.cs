using System.IO.Pipes;

namespace Classroom;

/// <summary>Asks a server how much memory its objects take: see <see cref="StartupHook"/>.</summary>
sealed class MemoryProbe
{
    readonly string pipe = $"chat-{Guid.NewGuid().ToString("N")[..8]}";

    /// <summary>What the server must be started with.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>
    {
        ["DOTNET_STARTUP_HOOKS"] = typeof(StartupHook).Assembly.Location,
        [StartupHook.PipeVariable] = pipe,
    };

    /// <summary>Bytes in use right after a garbage collection.</summary>
    public async Task<long> ReadAsync(CancellationToken cancellation)
    {
        await using var stream = new NamedPipeClientStream(
            ".", pipe, PipeDirection.InOut, PipeOptions.Asynchronous);
        await stream.ConnectAsync(cancellation);
        var bytes = new byte[sizeof(long)];
        await stream.ReadExactlyAsync(bytes, cancellation);
        return BitConverter.ToInt64(bytes);
    }
}
