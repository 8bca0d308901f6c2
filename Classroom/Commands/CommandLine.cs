using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace Classroom;

/// <summary>Reads what follows a command's name.</summary>
static class CommandLine
{
    /// <summary>
    /// Splits the arguments into options and words. Each property of <typeparamref name="TOptions"/> is an option:
    /// NoBuild is --no-build. One that is a bool stands alone, any other is followed by its value.
    /// </summary>
    /// <exception cref="UsageException">
    /// An unknown option, one that is given twice, one without its value, or a value that does not fit.
    /// </exception>
    public static (TOptions Options, string[] Words) Parse<TOptions>(IReadOnlyList<string> arguments)
        where TOptions : new()
    {
        var properties = typeof(TOptions).GetProperties().ToDictionary(OptionOf);
        var given = new Dictionary<string, string?>();
        List<string> words = [];
        for (var i = 0; i < arguments.Count; i++)
        {
            var argument = arguments[i];
            if (!argument.StartsWith('-'))
            {
                words.Add(argument);
                continue;
            }
            if (!properties.TryGetValue(argument, out var property))
            {
                var known = string.Join(", ", properties.Keys);
                throw new UsageException($"There is no option {argument}. There are: {known}.");
            }
            var text = "true";
            if (property.PropertyType != typeof(bool))
            {
                i++;
                text = i < arguments.Count ? arguments[i] : throw new UsageException($"{argument} needs a value.");
            }
            if (!given.TryAdd(argument, text))
            {
                throw new UsageException($"{argument} is given twice.");
            }
        }
        return (Bind<TOptions>(given, properties), [.. words]);
    }

    /// <summary>Whole numbers, separated by commas, each once.</summary>
    /// <exception cref="UsageException">A part is none, or out of range.</exception>
    public static int[] Integers(string option, string text, int least, int most) =>
        [.. text.Split(',').Select(part => Integer(option, part, least, most)).Distinct()];

    /// <exception cref="UsageException">It is no whole number, or out of range.</exception>
    public static int Integer(string option, string text, int least, int most)
    {
        var isNumber = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        return isNumber && number >= least && number <= most
            ? number
            : throw new UsageException($"{option} takes a whole number from {least} to {most}, not {text}.");
    }

    /// <summary>The steps that are there, in order, from "2,3"; all when the text is null.</summary>
    /// <param name="text">Numbers or folders, separated by commas.</param>
    /// <exception cref="UsageException">There is no such step.</exception>
    public static Technique[] Steps(string? text) => text is null
        ? [.. Repository.Techniques()]
        : [.. text.Split(',').Select(Step).Distinct().OrderBy(step => step.Number)];

    /// <summary>The step that is called 3, 03 or 03-LongPolling.</summary>
    /// <exception cref="UsageException">It is not there.</exception>
    public static Technique Step(string typed)
    {
        var steps = Repository.Techniques();
        var found = Technique.Find(typed);
        return found is not null && steps.Contains(found)
            ? found
            : throw new UsageException($"There is no step {typed}. There are: {string.Join(", ", steps)}.");
    }

    /// <exception cref="UsageException">There are words, and the command takes none.</exception>
    public static void NoWords(string command, string[] words)
    {
        if (words.Length > 0)
        {
            throw new UsageException($"{command} does not know what to do with {words[0]}.");
        }
    }

    /// <exception cref="UsageException">A file was asked for that cannot be written.</exception>
    public static void CanBeWritten(string option, string? path)
    {
        if (path is null)
        {
            return;
        }
        try
        {
            var isThere = File.Exists(path);
            File.Open(path, FileMode.OpenOrCreate, FileAccess.Write).Dispose();
            if (!isThere)
            {
                File.Delete(path);
            }
        }
        catch (Exception exception) when (
            exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new UsageException($"{option} {path} cannot be written: {exception.Message}");
        }
    }

    static TOptions Bind<TOptions>(
        Dictionary<string, string?> given, Dictionary<string, PropertyInfo> properties)
        where TOptions : new()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(given).Build();
        var options = new TOptions();
        foreach (var (option, text) in given)
        {
            var property = properties[option];
            try
            {
                var value = configuration.GetValue(property.PropertyType, option);
                Validator.ValidateProperty(value, new(options) { MemberName = property.Name });
                property.SetValue(options, value);
            }
            catch (Exception exception) when (exception is InvalidOperationException or ValidationException)
            {
                throw new UsageException($"{option} takes {Expected(property)}, not {text}.");
            }
        }
        return options;
    }

    static string Expected(PropertyInfo property)
    {
        var kind = property.PropertyType == typeof(int) ? "a whole number" : "a number";
        var range = property.GetCustomAttribute<RangeAttribute>();
        return range is null
            ? kind
            : string.Create(CultureInfo.InvariantCulture, $"{kind} from {range.Minimum} to {range.Maximum}");
    }

    /// <summary>"--no-build" for NoBuild.</summary>
    static string OptionOf(PropertyInfo property)
    {
        var words = property.Name.Select((letter, i) =>
            i > 0 && char.IsUpper(letter) ? $"-{char.ToLowerInvariant(letter)}" : $"{char.ToLowerInvariant(letter)}");
        return "--" + string.Concat(words);
    }
}
