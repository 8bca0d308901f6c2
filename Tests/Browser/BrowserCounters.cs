namespace Tests;

/// <summary>What the wire panel counts, and the lines that it has counted.</summary>
public sealed record BrowserCounters(int Out, int In, int Nothing, int Bytes, string Delay, string[] Lines);
