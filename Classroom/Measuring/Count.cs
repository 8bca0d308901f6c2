namespace Classroom;

/// <summary>What students have asked, and what has crossed the wires, up to now.</summary>
readonly record struct Count(long Requests, long Answers, long Empty, long Up, long Down)
{
    public long Bytes => Up + Down;

    public static Count Of(StepSetup setup, IReadOnlyCollection<Student> students) => new(
        students.Sum(student => student.Requests),
        students.Sum(student => student.Answers),
        students.Sum(student => student.EmptyAnswers),
        setup.BytesUp,
        setup.BytesDown);

    public static Count operator -(Count left, Count right) => new(
        left.Requests - right.Requests,
        left.Answers - right.Answers,
        left.Empty - right.Empty,
        left.Up - right.Up,
        left.Down - right.Down);
}
