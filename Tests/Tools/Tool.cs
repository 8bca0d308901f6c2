using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Tests;

/// <summary>A command of the lecturer's as it is typed, run in this process, with its keyboard.</summary>
sealed class Tool : TextReader
{
    readonly BlockingCollection<char> keys = [];
    readonly StringWriter text = new();
    readonly TextWriter terminal;

    public Tool(string commandLine)
    {
        terminal = TextWriter.Synchronized(text);
        var words = commandLine.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Ended = Task.Run(() => Program.RunAsync(words, new(this, terminal, terminal), Until.Token));
    }

    /// <summary>Its exit code.</summary>
    public Task<int> Ended { get; }

    /// <summary>What it has written so far.</summary>
    public string Said
    {
        get
        {
            lock (terminal) // As it does itself.
            {
                return text.ToString();
            }
        }
    }

    /// <summary>Runs a command to its end.</summary>
    public static async Task<(int ExitCode, string Said)> RunAsync(string commandLine)
    {
        var tool = new Tool(commandLine);
        return (await tool.Ended, tool.Said);
    }

    /// <summary>The first of six free ports, below those that the system gives itself.</summary>
    public static async Task<int> FreePortsAsync()
    {
        while (true)
        {
            var first = RandomNumberGenerator.GetInt32(20_000, 30_000);
            try
            {
                for (var i = 0; i < Technique.All.Count; i++)
                {
                    await Wire.CheckAsync(first + i);
                }
                return first;
            }
            catch (IOException)
            {
                // One of them is taken.
            }
        }
    }

    public override int Read() => keys.Take(Until.Token);

    public void Press(char key) => keys.Add(key);

    public async Task SaysAsync(string what)
    {
        await Until.TrueAsync(() => Said.Contains(what) || Ended.IsCompleted, $"{what}");
        Assert.Contains(what, Said);
    }
}
