namespace Classroom;

/// <summary>Where a command reads and writes.</summary>
sealed class Terminal(TextReader input, TextWriter output, TextWriter error)
{
    public TextWriter Output => output;

    /// <summary>Here is said what is going on: not on the output, which may be wanted alone.</summary>
    public TextWriter Error => error;

    /// <summary>The output is seen by a person who has not switched colour off (https://no-color.org).</summary>
    public bool HasColour { get; } = ReferenceEquals(output, Console.Out)
        && !Console.IsOutputRedirected
        && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));

    /// <summary>The next key, or the next character of an input that is no keyboard; null at its end.</summary>
    public async Task<char?> ReadKeyAsync(CancellationToken stop)
    {
        // Nothing can interrupt a read from the console: when this program is stopped, it is left alone.
        var key = await Task.Run(ReadKey, stop).WaitAsync(stop);
        return key < 0 ? null : char.ToLowerInvariant((char)key);
    }

    int ReadKey() => ReferenceEquals(input, Console.In) && !Console.IsInputRedirected
        ? Console.ReadKey(intercept: true).KeyChar
        : input.Read();
}
