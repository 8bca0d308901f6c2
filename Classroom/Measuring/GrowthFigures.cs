namespace Classroom;

/// <summary>What a class of one size costs a step, with a message every 3 s.</summary>
/// <param name="Step">The step's folder.</param>
/// <param name="Students">How many read.</param>
/// <param name="DelayMedian">From stored by the server to received by a client, in milliseconds.</param>
/// <param name="Delay99">The same: 99 % are not later.</param>
/// <param name="Cpu">The server's processor, in percent of one core.</param>
/// <param name="Memory">What the server's objects take after a garbage collection, in bytes.</param>
/// <param name="Mistakes">Messages that did not come as they should.</param>
sealed record GrowthFigures(
    string Step, int Students, Figure DelayMedian, Figure Delay99, Figure Cpu, Figure Memory, Mistakes Mistakes);
