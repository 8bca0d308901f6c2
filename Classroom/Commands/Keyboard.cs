using System.Threading.Channels;

namespace Classroom;

/// <summary>Keys as they are pressed, or the characters of an input that is no terminal, to its end.</summary>
static class Keyboard
{
    public static ChannelReader<char> Read(Terminal terminal)
    {
        var keys = Channel.CreateUnbounded<char>();
        // A thread of its own, since nothing can interrupt a read from the console; it ends with the program.
        var reading = new Thread(() => Read(terminal, keys.Writer)) { IsBackground = true };
        reading.Start();
        return keys.Reader;
    }

    static void Read(Terminal terminal, ChannelWriter<char> keys)
    {
        const int End = -1;
        while (true)
        {
            var key = terminal.HasKeyboard ? Console.ReadKey(intercept: true).KeyChar : terminal.Input.Read();
            if (key == End)
            {
                break;
            }
            keys.TryWrite(char.ToLowerInvariant((char)key));
        }
        keys.Complete();
    }
}
