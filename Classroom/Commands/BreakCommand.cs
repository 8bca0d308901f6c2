using System.Net.Sockets;
using System.Threading.Channels;

namespace Classroom;

/// <summary>Runs a step behind a network that breaks when a key is pressed.</summary>
static class BreakCommand
{
    static readonly TimeSpan Fault = TimeSpan.FromSeconds(10);
    static readonly TimeSpan Delay = TimeSpan.FromSeconds(1);

    public static async Task<int> RunAsync(string[] words, TextReader input, TextWriter output, CancellationToken stop)
    {
        var arguments = new Arguments(words, ["--port"], ["--no-build"]);
        if (arguments.Words is not [var word])
        {
            throw new UsageException("break takes one step: ./run.sh break 4");
        }
        var step = Arguments.FindStep(word);
        if (!StepSetup.Knows(step))
        {
            throw new UsageException($"break does not know the technique of {step}.");
        }
        var port = arguments.Integer("--port", 3000, 1, 65_535);

        var serverPort = LoopbackPort.Free();
        await using var wire = await ListenAsync(new Uri($"http://127.0.0.1:{serverPort}"), port);
        if (!arguments.Has("--no-build"))
        {
            await StepProcess.BuildAsync([step], cancellation: stop);
        }
        await using var server = await StepProcess.StartAsync(step, serverPort, cancellation: stop);
        output.WriteLine($"""
            {step} is at http://localhost:{port}, behind a network that breaks when you press a key:
              c  cuts every connection now
              r  refuses new connections for {Fault.TotalSeconds} s
              d  delays everything by {Delay.TotalSeconds} s, and no longer when pressed again
              f  freezes for {Fault.TotalSeconds} s: nothing passes, nothing is closed
              s  stops the server and starts it again
              q  quits
            """);

        var broken = new Breaker(step, wire, server, output);
        await foreach (var key in Keys(input).ReadAllAsync(stop))
        {
            if (key == 'q')
            {
                break;
            }
            await broken.PressAsync(key, stop);
        }
        return 0;
    }

    static async Task<Wire> ListenAsync(Uri server, int port)
    {
        try
        {
            return await Wire.StartAsync(server, port);
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied)
        {
            throw new IOException($"Port {port} cannot be used: {exception.Message}. Stop the program that uses it, or choose another: --port 3005");
        }
    }

    /// <summary>Keys as they are pressed, or the characters of an input that is no terminal, to its end.</summary>
    static ChannelReader<char> Keys(TextReader input)
    {
        var keys = Channel.CreateUnbounded<char>();
        var terminal = ReferenceEquals(input, Console.In) && !Console.IsInputRedirected;
        // A thread of its own, since nothing can interrupt a read from the console; it ends with the program.
        new Thread(() =>
        {
            while ((terminal ? Console.ReadKey(intercept: true).KeyChar : input.Read()) is >= 0 and var key)
            {
                keys.Writer.TryWrite(char.ToLowerInvariant((char)key));
            }
            keys.Writer.TryComplete();
        })
        { IsBackground = true }.Start();
        return keys.Reader;
    }

    /// <summary>What each key does, and what the pages of the step should show.</summary>
    sealed class Breaker(string step, Wire wire, StepProcess server, TextWriter output)
    {
        readonly int technique = step[1] - '0';

        public async Task PressAsync(char key, CancellationToken stop)
        {
            switch (key)
            {
                case 'c':
                    Say($"Cut {Unit.Plural(wire.Cut(), "connection")}. " + technique switch
                    {
                        1 => "The pages show nothing of it: a reload makes a new connection.",
                        2 => "The pages show nothing of it, unless a request was on its way: the next one makes a new connection.",
                        3 => "The waiting requests fail; each page says Reconnecting, asks again after 1 s, and has missed nothing.",
                        _ => "Each page says Reconnecting, is connected again after 1 s, and has missed nothing.",
                    });
                    break;
                case 'r':
                    _ = EndAsync(wire.Refuse(Fault, stop), () => !wire.Refusing, "New connections are accepted again.");
                    Say($"New connections are refused for {Fault.TotalSeconds} s. " + technique switch
                    {
                        1 => "A page that is opened now does not load; an open one may still reload over its old connection: press c as well.",
                        _ => "A page that is opened now does not load; an open one goes on over its old connection. Press c as well: it says Reconnecting, and is back within 4 s of the end.",
                    });
                    break;
                case 'd':
                    wire.Delay = wire.Delay > TimeSpan.Zero ? TimeSpan.Zero : Delay;
                    Say(wire.Delay == TimeSpan.Zero
                        ? "No delay any more: messages come as soon as before."
                        : $"Everything takes {Delay.TotalSeconds} s more, each way. " + technique switch
                        {
                            1 => "A reload takes at least 2 s more, there and back.",
                            2 => "The answers come 2 s later, there and back: so do messages.",
                            3 => "A message comes 1 s later, and one that follows closely up to 3 s later: the next request is still on its way.",
                            _ => "Messages come 1 s later, also when many follow closely; one's own come back after 2 s.",
                        });
                    break;
                case 'f':
                    _ = EndAsync(wire.Freeze(Fault, stop), () => !wire.Frozen, "Thawed: all that was held passes now.");
                    Say($"Frozen for {Fault.TotalSeconds} s: nothing passes, nothing is closed. " + technique switch
                    {
                        1 => "A reload just waits.",
                        2 => "The pages wait for an answer and show no error; then they go on.",
                        _ => "The pages see no error and no message; then all that was sent meanwhile comes at once.",
                    });
                    break;
                case 's':
                    Say("Stopping the server.");
                    var took = await server.StopAsync(stop);
                    await server.RestartAsync(cancellation: stop);
                    Say($"The server ended after {took.TotalSeconds:0.0} s, and is up again with an empty chat. " + technique switch
                    {
                        1 => "A reload shows no old message.",
                        _ => "The pages keep what they show, say Reconnecting, and within 5 s receive what is new, without a reload.",
                    });
                    break;
                case '\r' or '\n':
                    break;
                default:
                    Say("The keys are c, r, d, f, s and q.");
                    break;
            }
        }

        async Task EndAsync(Task fault, Func<bool> over, string end)
        {
            try
            {
                await fault;
                // Pressed again meanwhile, it goes on: then the later one says the end.
                if (over())
                {
                    Say(end);
                }
            }
            catch (OperationCanceledException)
            {
                // The program is ending.
            }
            catch (SocketException exception)
            {
                Say($"New connections cannot be accepted again: {exception.Message}");
            }
        }

        void Say(string line) => output.WriteLine($"{DateTime.Now:HH:mm:ss} {line}");
    }
}
