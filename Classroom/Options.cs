using System.Globalization;

namespace Classroom;

/// <summary>What is wrong with the command line, in one line.</summary>
public sealed class UsageException(string message) : Exception(message);

/// <summary>
/// What follows a command's name. A command takes its options out one after the other, and then the words that are
/// left: what it does not know is told with them, by a <see cref="UsageException"/>.
/// </summary>
sealed class Options(IEnumerable<string> typed)
{
    readonly List<string> left = [.. typed];

    /// <summary>The script that the person here has typed.</summary>
    public static string Script { get; } = Environment.GetEnvironmentVariable("SCRIPT")
        ?? (OperatingSystem.IsWindows() ? "./run.ps1" : "./run.sh");

    /// <summary>An option that stands alone.</summary>
    public bool Has(string option) => left.Remove(option);

    /// <summary>An option with a value; null if it is not there.</summary>
    public string? Text(string option)
    {
        var at = left.IndexOf(option);
        if (at < 0)
        {
            return null;
        }
        if (at + 1 == left.Count)
        {
            throw new UsageException($"{option} needs a value.");
        }
        var value = left[at + 1];
        left.RemoveRange(at, 2);
        return value;
    }

    /// <summary>An option whose value is a whole number.</summary>
    public int Number(string option, int usual, int most)
    {
        var text = Text(option) ?? $"{usual}";
        return int.TryParse(text, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= most
            ? number
            : throw new UsageException($"{option} takes a whole number from 1 to {most}, not {text}.");
    }

    /// <summary>The steps that are named, so many, when all options are taken.</summary>
    /// <param name="example">How it is typed: "diff 2 3".</param>
    public Technique[] Steps(int count, string example)
    {
        if (left.Find(word => word.StartsWith('-')) is { } option)
        {
            throw new UsageException($"There is no option {option}: {Script} {example} --help tells them.");
        }
        return left.Count == count
            ? [.. left.Select(Step)]
            : throw new UsageException($"So it is typed: {Script} {example}");
    }

    /// <summary>The steps of "2,3", in their order; all when it is null.</summary>
    public static Technique[] StepsOf(string? typed) => typed is null
        ? [.. Repository.Techniques]
        : [.. typed.Split(',').Select(Step).Distinct().OrderBy(step => step.Number)];

    /// <summary>The step that is called 3, 03 or 03-LongPolling.</summary>
    static Technique Step(string typed) => Technique.Find(typed)
        ?? throw new UsageException($"There is no step {typed}. There are: {string.Join(", ", Technique.All)}.");
}
