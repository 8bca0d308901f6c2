namespace Classroom;

/// <summary>Where a command reads and writes.</summary>
sealed class Terminal(TextReader input, TextWriter output, TextWriter error)
{
    public TextReader Input => input;

    public TextWriter Output => output;

    public TextWriter Error => error;

    /// <summary>Says on standard error what is going on.</summary>
    public Progress Progress { get; } = new(error, ReferenceEquals(error, Console.Error) && !Console.IsErrorRedirected);

    /// <summary>Keys are read one by one, as they are pressed.</summary>
    public bool HasKeyboard { get; } = ReferenceEquals(input, Console.In) && !Console.IsInputRedirected;

    /// <summary>The output is seen by a person who has not switched colour off (https://no-color.org).</summary>
    public bool HasColour { get; } = ReferenceEquals(output, Console.Out)
        && !Console.IsOutputRedirected
        && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
}
