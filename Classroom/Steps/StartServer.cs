namespace Classroom;

/// <summary>Starts a server to be measured, and returns when it listens.</summary>
/// <param name="step">Its folder.</param>
/// <param name="environment">Its settings, and those of its runtime.</param>
/// <param name="cancellation">Gives up.</param>
delegate Task<IMeasuredServer> StartServer(
    string step, IReadOnlyDictionary<string, string> environment, CancellationToken cancellation);
