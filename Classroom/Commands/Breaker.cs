using System.Net.Sockets;

namespace Classroom;

/// <summary>What each key of break does.</summary>
sealed class Breaker(Reading reading, Wire wire, StepProcess server, TextWriter output)
{
    /// <summary>How long a fault lasts that ends by itself.</summary>
    public static readonly TimeSpan Fault = TimeSpan.FromSeconds(10);

    /// <summary>How much later everything arrives.</summary>
    public static readonly TimeSpan Delay = TimeSpan.FromSeconds(1);

    public async Task PressAsync(char key, CancellationToken stop)
    {
        switch (key)
        {
            case 'c':
                Cut();
                break;
            case 'r':
                Refuse(stop);
                break;
            case 'd':
                SwitchDelay();
                break;
            case 'f':
                Freeze(stop);
                break;
            case 's':
                await RestartAsync(stop);
                break;
            case '\r' or '\n':
                break;
            default:
                Say("The keys are c, r, d, f, s and q.");
                break;
        }
    }

    void Cut()
    {
        var cut = Number.Plural(wire.Cut(), "connection");
        Say($"Cut {cut}. {Consequence.OfCut(reading)}");
    }

    void Refuse(CancellationToken stop)
    {
        var refusing = wire.Refuse(Fault, stop);
        _ = SayTheEndAsync(refusing, () => !wire.Refusing, "New connections are accepted again.");
        Say($"New connections are refused for {Fault.TotalSeconds} s. {Consequence.OfRefusal(reading)}");
    }

    void SwitchDelay()
    {
        if (wire.Delay > TimeSpan.Zero)
        {
            wire.Delay = TimeSpan.Zero;
            Say("No delay any more: messages come as soon as before.");
        }
        else
        {
            wire.Delay = Delay;
            Say($"Everything takes {Delay.TotalSeconds} s more, each way. {Consequence.OfDelay(reading)}");
        }
    }

    void Freeze(CancellationToken stop)
    {
        var freezing = wire.Freeze(Fault, stop);
        _ = SayTheEndAsync(freezing, () => !wire.Frozen, "Thawed: all that was held passes now.");
        Say($"Frozen for {Fault.TotalSeconds} s: nothing passes, nothing is closed. {Consequence.OfFreeze(reading)}");
    }

    async Task RestartAsync(CancellationToken stop)
    {
        Say("Stopping the server.");
        var took = await server.StopAsync(stop);
        await server.RestartAsync(cancellation: stop);
        Say($"The server ended after {took.TotalSeconds:0.0} s, and is up again with an empty chat. "
            + Consequence.OfRestart(reading));
    }

    /// <summary>Says when a fault is over; not if its key was pressed again meanwhile, so that it goes on.</summary>
    async Task SayTheEndAsync(Task fault, Func<bool> isOver, string end)
    {
        try
        {
            await fault;
            if (isOver())
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
