using Classroom;

namespace Tests;

/// <summary>What a step may write about what clients and other servers do to it: informations, each one line.</summary>
static class StepLog
{
    /// <summary>Every line is an information: no warning, no error, no stack trace, no crash.</summary>
    public static void AssertQuiet(StepProcess step) => Assert.DoesNotContain(step.Log, IsComplaint);

    /// <summary>
    /// A line that is no information. A stack trace, a crash and what the runtime writes are none either.
    /// </summary>
    public static bool IsComplaint(string line)
    {
        var isInformation = line.Length > 14 && line.AsSpan(8, 6) is " info:"; // 12:34:56 info: …
        return !isInformation && !IsExpected(line);
    }

    /// <summary>What Kestrel itself writes for reasons that are not the step's.</summary>
    public static bool IsExpected(string line) =>
        // Its heartbeat ran late; on a busy machine that is expected.
        line.Contains("Kestrel[22]", StringComparison.Ordinal)
        // A request whose body was still on its way at the end: a race within Kestrel decides whether it writes this.
        || (line.Contains("Kestrel[13]", StringComparison.Ordinal)
            && line.Contains("because the server is shutting down", StringComparison.Ordinal));
}
