using System.Threading.Channels;

namespace Classroom;

/// <summary>Where a command reads and writes.</summary>
sealed class Terminal(TextReader input, TextWriter output, TextWriter error)
{
    readonly bool hasKeyboard = ReferenceEquals(input, Console.In) && !Console.IsInputRedirected;

    public TextWriter Output => output;

    public TextWriter Error => error;

    /// <summary>The output is seen by a person who has not switched colour off (https://no-color.org).</summary>
    public bool HasColour { get; } = ReferenceEquals(output, Console.Out)
        && !Console.IsOutputRedirected
        && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));

    /// <summary>Says what is going on: not on the output, which may be wanted alone.</summary>
    public void Report(string phase) => error.WriteLine(phase);

    /// <summary>Keys as they are pressed, or the characters of an input that is no keyboard, to its end.</summary>
    public ChannelReader<char> ReadKeys()
    {
        var keys = Channel.CreateUnbounded<char>();
        // A thread of its own, since nothing can interrupt a read from the console; it ends with the program.
        new Thread(() => ReadKeys(keys.Writer)) { IsBackground = true }.Start();
        return keys.Reader;
    }

    void ReadKeys(ChannelWriter<char> keys)
    {
        const int End = -1;
        try
        {
            for (var key = ReadKey(); key != End; key = ReadKey())
            {
                keys.TryWrite(char.ToLowerInvariant((char)key));
            }
        }
        catch (Exception exception) when (exception is IOException or InvalidOperationException)
        {
            // The terminal is gone.
        }
        keys.Complete();
    }

    int ReadKey() => hasKeyboard ? Console.ReadKey(intercept: true).KeyChar : input.Read();
}
