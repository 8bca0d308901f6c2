namespace Tests;

/// <summary>One line of a browser's console.</summary>
public sealed record BrowserConsoleEntry(string Source, string Level, string Message)
{
    /// <summary>
    /// The browser's own line about a request that did not get through, as it writes one for each while a server is
    /// down.
    /// </summary>
    public bool IsLostConnection => Source == "network" &&
        (
            Message.Contains(": net::ERR_", StringComparison.Ordinal)
                || Message.Contains("WebSocket connection to", StringComparison.Ordinal));
}
