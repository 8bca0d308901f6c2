namespace Classroom;

/// <summary>What students have asked and got, what has crossed the wire, and what the servers have used.</summary>
readonly record struct Count(
    int Requests, int Answers, int Empty, int Events, int Twice, long Up, long Down, TimeSpan Cpu, TimeSpan Time)
{
    public long Bytes => Up + Down;

    public static Count operator -(Count left, Count right) => new(
        left.Requests - right.Requests,
        left.Answers - right.Answers,
        left.Empty - right.Empty,
        left.Events - right.Events,
        left.Twice - right.Twice,
        left.Up - right.Up,
        left.Down - right.Down,
        left.Cpu - right.Cpu,
        left.Time - right.Time);
}
