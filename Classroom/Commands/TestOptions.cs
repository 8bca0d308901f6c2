namespace Classroom;

/// <summary>What follows test.</summary>
/// <param name="Filter">The value of --filter; null without.</param>
/// <param name="Steps">The steps whose tests are wanted; none means all tests.</param>
/// <param name="Others">Options for dotnet test, as they were typed.</param>
sealed record TestOptions(string? Filter, IReadOnlyList<Technique> Steps, IReadOnlyList<string> Others)
{
    const string FilterOption = "--filter";

    /// <summary>The words before the first option are steps; the rest is for dotnet test.</summary>
    /// <exception cref="UsageException">There is no such step, or --filter has no value.</exception>
    public static TestOptions Parse(string[] arguments)
    {
        var steps = arguments.TakeWhile(argument => !argument.StartsWith('-')).Select(CommandLine.Step).ToArray();
        string? filter = null;
        List<string> others = [];
        for (var i = steps.Length; i < arguments.Length; i++)
        {
            if (arguments[i] == FilterOption)
            {
                i++;
                filter = i < arguments.Length ? arguments[i] : throw new UsageException("--filter needs a value.");
            }
            else
            {
                others.Add(arguments[i]);
            }
        }
        return new(filter, steps, others);
    }

    public string[] ForDotnet()
    {
        List<string> arguments = ["test", "Tests"];
        var traits = string.Join('|', Steps.Select(step => $"Step={step.Number}"));
        if (traits.Length > 0 && Filter is not null)
        {
            arguments.AddRange([FilterOption, $"({traits})&({Filter})"]);
        }
        else if (traits.Length > 0 || Filter is not null)
        {
            arguments.AddRange([FilterOption, Filter ?? traits]);
        }
        arguments.AddRange(Others);
        return [.. arguments];
    }
}
