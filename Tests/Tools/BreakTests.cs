using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Classroom;

namespace Tests;

/// <summary>The network that breaks at a key.</summary>
public sealed class BreakTests
{
    [Fact]
    public async Task Break_does_what_its_keys_say()
    {
        var keys = new Keys();
        var output = new StringWriter();
        var terminal = TextWriter.Synchronized(output);
        var port = LoopbackPort.Free();
        var running = Task.Run(
            () =>
                Program.RunAsync(
                    ["break", "4", "--port", $"{port}", "--no-build"],
                    keys,
                    terminal,
                    TextWriter.Null,
                    default));
        await SaysAsync("q  quits");
        await using var alice = Student.Create(Steps.Folder(4), new($"http://localhost:{port}"), "Alice", Tool.Quick);
        alice.Start();
        await alice.WaitForAsync(await alice.SendAsync("Before")).WaitAsync(Wait.Patience);

        keys.Press('c');
        await SaysAsync("Cut 1 connection.");
        await FeltAsync(1);
        await alice.WaitForAsync(await alice.SendAsync("After the cut")).WaitAsync(Wait.Patience);
        keys.Press('s');
        await SaysAsync("is up again with an empty chat");
        await FeltAsync(2);
        await alice.WaitForAsync(await alice.SendAsync("After the restart")).WaitAsync(Wait.Patience);
        keys.Press('d');
        await SaysAsync("Everything takes 1 s more");
        keys.Press('D');
        await SaysAsync("No delay any more");
        keys.Press('f');
        await SaysAsync("Frozen for 10 s");
        keys.Press('r');
        await SaysAsync("New connections are refused for 10 s");
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await Assert.ThrowsAsync<SocketException>(() => socket.ConnectAsync(IPAddress.Loopback, port));
        keys.Press('x');
        await SaysAsync("The keys are");
        Assert.Equal((3, 0, 0), (alice.Ids.Count, alice.Duplicates, alice.OutOfOrder));
        await alice.StopAsync();
        keys.Press('q');
        Assert.Equal(0, await running.WaitAsync(Wait.Patience));

        // Until it has felt it, a client would send on a connection that is gone.
        Task FeltAsync(int faults) => Wait.UntilAsync(() => alice.Failures >= faults, $"{faults} faults to be felt");

        Task SaysAsync(string text) =>
            Wait.UntilAsync(() => Task.FromResult(Said().Contains(text)), () => $"{text} in {Said()}");

        string Said()
        {
            lock (terminal) // as it does itself
            {
                return output.ToString();
            }
        }
    }

    /// <summary>A keyboard.</summary>
    sealed class Keys : TextReader
    {
        readonly BlockingCollection<char> pressed = [];

        public void Press(char key) => pressed.Add(key);

        public override int Read() => pressed.Take();
    }
}
