namespace Classroom;

/// <summary>Messages that did not come as they should, over all students. Each but 0 is a fault.</summary>
/// <param name="Lost">Did not come.</param>
/// <param name="Repeated">Came more than once.</param>
/// <param name="Disordered">Came after a newer one.</param>
public sealed record Mistakes(int Lost, int Repeated, int Disordered)
{
    public static Mistakes None { get; } = new(0, 0, 0);

    public bool Any => Lost + Repeated + Disordered > 0;

    public static Mistakes operator +(Mistakes left, Mistakes right) => new(
        left.Lost + right.Lost, left.Repeated + right.Repeated, left.Disordered + right.Disordered);

    /// <summary>Looks through what each student has received of what was written.</summary>
    /// <param name="students">By text: where two servers take part, a message has two ids.</param>
    /// <param name="texts">Each is written once.</param>
    public static Mistakes Of(IEnumerable<Student> students, IReadOnlyCollection<string> texts)
    {
        var mistakes = None;
        foreach (var student in students)
        {
            var counts = student.Received.CountBy(received => received.Message.Text).ToDictionary();
            mistakes += new Mistakes(
                texts.Count(text => !counts.ContainsKey(text)),
                texts.Sum(text => Math.Max(0, counts.GetValueOrDefault(text) - 1)) + student.Duplicates,
                student.OutOfOrder);
        }
        return mistakes;
    }
}
