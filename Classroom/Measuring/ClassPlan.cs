namespace Classroom;

/// <summary>The class that is taught each step.</summary>
/// <param name="Students">How many, at least 1.</param>
/// <param name="Rate">Messages a minute, from all of them.</param>
/// <param name="Seconds">How long they write.</param>
/// <param name="Idle">How many seconds they sit idle after that; 0 leaves the idle figures out.</param>
/// <param name="Crowd">How many further clients are seated, last, to measure their memory; 0 does without.</param>
/// <param name="Cold">Without a rehearsal: what the runtime needs to compile the server is measured as well.</param>
public sealed record ClassPlan(int Students, double Rate, double Seconds, double Idle, int Crowd, bool Cold)
{
    /// <summary>How many messages that makes; one at least.</summary>
    public int Messages => Math.Max(1, (int)Math.Round(Rate * Seconds / 60));
}
