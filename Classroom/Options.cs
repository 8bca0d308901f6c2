using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;

namespace Classroom;

/// <summary>What is wrong with the command line, in one line.</summary>
public sealed class UsageException(string message) : Exception(message);

/// <summary>Reads what follows a command's name.</summary>
static class Options
{
    /// <summary>
    /// "--port 3005" is the property Port. One that is a bool stands alone. Words that are no options are for an array
    /// Words; where there is none, there may be no words.
    /// </summary>
    /// <exception cref="UsageException">The arguments are wrong.</exception>
    public static T Parse<T>(string[] arguments)
        where T : new()
    {
        var options = new T();
        var properties = typeof(T).GetProperties().ToDictionary(property => $"--{property.Name.ToLowerInvariant()}");
        properties.Remove("--words", out var forWords);
        List<string> words = [];
        for (var i = 0; i < arguments.Length; i++)
        {
            var argument = arguments[i];
            if (!argument.StartsWith('-'))
            {
                words.Add(argument);
                continue;
            }
            if (!properties.TryGetValue(argument, out var property))
            {
                var known = string.Join(", ", properties.Keys.DefaultIfEmpty("none"));
                throw new UsageException($"There is no option {argument}. There are: {known}.");
            }
            if (property.PropertyType == typeof(bool))
            {
                property.SetValue(options, true);
                continue;
            }
            i++;
            if (i == arguments.Length)
            {
                throw new UsageException($"{argument} needs a value.");
            }
            property.SetValue(options, Value(argument, property, arguments[i]));
        }
        if (forWords is null && words.Count > 0)
        {
            throw new UsageException($"{words[0]} is one word too many.");
        }
        forWords?.SetValue(options, words.ToArray());
        return options;
    }

    /// <summary>The step that is called 3, 03 or 03-LongPolling.</summary>
    /// <exception cref="UsageException">It is not there.</exception>
    public static Technique Step(string typed)
    {
        var steps = Repository.Techniques;
        var found = Technique.Find(typed);
        return found is not null && steps.Contains(found)
            ? found
            : throw new UsageException($"There is no step {typed}. There are: {string.Join(", ", steps)}.");
    }

    /// <summary>The steps of "2,3", in their order; all when it is null.</summary>
    /// <exception cref="UsageException">One of them is not there.</exception>
    public static Technique[] Steps(string? typed) => typed is null
        ? [.. Repository.Techniques]
        : [.. typed.Split(',').Select(Step).Distinct().OrderBy(step => step.Number)];

    static object Value(string option, PropertyInfo property, string text)
    {
        var range = property.GetCustomAttribute<RangeAttribute>();
        try
        {
            var value = Convert.ChangeType(text, property.PropertyType, CultureInfo.InvariantCulture);
            if (range?.IsValid(value) ?? true)
            {
                return value;
            }
        }
        catch (Exception exception) when (exception is FormatException or OverflowException)
        {
            // It is no number, or none that fits.
        }
        throw new UsageException(
            $"{option} takes a whole number from {range?.Minimum} to {range?.Maximum}, not {text}.");
    }
}
