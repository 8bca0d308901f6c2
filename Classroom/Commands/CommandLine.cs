using System.Globalization;

namespace Classroom;

/// <summary>Reads a command's options: each is asked for by name, and what nobody has asked for is an error.</summary>
sealed class Arguments
{
    readonly Dictionary<string, string?> options = [];

    /// <summary>What is no option, in order.</summary>
    public List<string> Words { get; } = [];

    /// <param name="arguments">What follows the command's name.</param>
    /// <param name="withValue">Options that are followed by a value.</param>
    /// <param name="alone">Options that are not.</param>
    /// <exception cref="UsageException">An unknown option, one that is given twice, or one without its value.</exception>
    public Arguments(ReadOnlySpan<string> arguments, string[] withValue, string[] alone)
    {
        for (var i = 0; i < arguments.Length; i++)
        {
            var word = arguments[i];
            if (!word.StartsWith('-'))
            {
                Words.Add(word);
                continue;
            }
            string? value = null;
            if (withValue.Contains(word))
            {
                value = ++i < arguments.Length ? arguments[i] : throw new UsageException($"{word} needs a value.");
            }
            else if (!alone.Contains(word))
            {
                throw new UsageException($"There is no option {word}. There are: {string.Join(", ", withValue.Concat(alone))}.");
            }
            if (!options.TryAdd(word, value))
            {
                throw new UsageException($"{word} is given twice.");
            }
        }
    }

    public bool Has(string option) => options.ContainsKey(option);

    public string? Text(string option) => options.GetValueOrDefault(option);

    public int Integer(string option, int otherwise, int least, int most) =>
        Text(option) is { } text ? ParseInteger(option, text, least, most) : otherwise;

    public double Number(string option, double otherwise, double least, double most)
    {
        if (Text(option) is not { } text)
        {
            return otherwise;
        }
        return double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"{option} takes a number from {least} to {most}, not {text}."));
    }

    public int[] Integers(string option, int[] otherwise, int least, int most) =>
        Text(option) is { } text ? [.. text.Split(',').Select(part => ParseInteger(option, part, least, most)).Distinct()] : otherwise;

    /// <summary>The folders of steps that are there, in order, from "2,3" or all.</summary>
    /// <param name="option">The option that names steps.</param>
    /// <param name="fits">Which steps the command is for.</param>
    /// <param name="why">Said of a step that is there, and does not fit.</param>
    public string[] Steps(string option, Func<string, bool> fits, string why)
    {
        var all = Repository.Steps();
        if (Text(option) is not { } text)
        {
            return all.Where(fits).ToArray() is { Length: > 0 } some ? some : throw new UsageException($"There are no steps in {Repository.Root}.");
        }
        var chosen = text.Split(',').Select(FindStep).Distinct().Order(StringComparer.Ordinal).ToArray();
        return chosen.FirstOrDefault(step => !fits(step)) is { } unfit ? throw new UsageException($"{unfit}: {why}") : chosen;
    }

    /// <exception cref="UsageException">There is no such step.</exception>
    public static string FindStep(string step) =>
        Repository.FindStep(step) ?? throw new UsageException($"There is no step {step}. There are: {string.Join(", ", Repository.Steps())}.");

    /// <summary>The path of a file that can be written; null when the option is not given.</summary>
    /// <exception cref="UsageException">It cannot.</exception>
    public string? File(string option)
    {
        if (Text(option) is not { } path)
        {
            return null;
        }
        try
        {
            var there = System.IO.File.Exists(path);
            System.IO.File.Open(path, FileMode.OpenOrCreate, FileAccess.Write).Dispose();
            if (!there)
            {
                System.IO.File.Delete(path);
            }
            return path;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new UsageException($"{option} {path} cannot be written: {exception.Message}");
        }
    }

    static int ParseInteger(string option, string text, int least, int most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new UsageException($"{option} takes a whole number from {least} to {most}, not {text}.");
}
