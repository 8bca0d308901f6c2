using System.Net.Sockets;

namespace Classroom;

/// <summary>Breaks the network between a step and its clients, and says what the class will see.</summary>
/// <param name="reading">How the clients of the step read.</param>
/// <param name="say">Takes what is said, a line at a time, from any thread.</param>
sealed class Breaker(Reading reading, Wire wire, StepProcess server, Action<string> say)
{
    /// <summary>How long a fault lasts that ends by itself.</summary>
    public static readonly TimeSpan Duration = TimeSpan.FromSeconds(10);

    /// <summary>How much later everything arrives.</summary>
    public static readonly TimeSpan Delay = TimeSpan.FromSeconds(1);

    static readonly Dictionary<char, Fault> Keys = new()
    {
        ['c'] = Fault.Cut,
        ['r'] = Fault.Refuse,
        ['d'] = Fault.Delay,
        ['f'] = Fault.Freeze,
        ['s'] = Fault.Restart,
    };

    public async Task PressAsync(char key, CancellationToken stop)
    {
        if (Keys.TryGetValue(key, out var fault))
        {
            await BreakAsync(fault, stop);
        }
        else if (key is not ('\r' or '\n'))
        {
            say("The keys are c, r, d, f, s and q.");
        }
    }

    /// <summary>Breaks something, and returns when it is broken: a fault that lasts goes on.</summary>
    public async Task BreakAsync(Fault fault, CancellationToken stop)
    {
        switch (fault)
        {
            case Fault.Cut:
                Cut();
                break;
            case Fault.Refuse:
                Refuse(stop);
                break;
            case Fault.Delay:
                SwitchDelay();
                break;
            case Fault.Freeze:
                Freeze(stop);
                break;
            case Fault.Restart:
                await RestartAsync(stop);
                break;
        }
    }

    void Cut()
    {
        var cut = Number.Plural(wire.Cut(), "connection");
        say($"Cut {cut}. {Consequence.OfCut(reading)}");
    }

    void Refuse(CancellationToken stop)
    {
        var refusing = wire.Refuse(Duration, stop);
        _ = SayTheEndAsync(refusing, () => !wire.Refusing, "New connections are accepted again.");
        say($"New connections are refused for {Duration.TotalSeconds} s. {Consequence.OfRefusal(reading)}");
    }

    void SwitchDelay()
    {
        if (wire.Delay > TimeSpan.Zero)
        {
            wire.Delay = TimeSpan.Zero;
            say("No delay any more: messages come as soon as before.");
        }
        else
        {
            wire.Delay = Delay;
            say($"Everything takes {Delay.TotalSeconds} s more, each way. {Consequence.OfDelay(reading)}");
        }
    }

    void Freeze(CancellationToken stop)
    {
        var freezing = wire.Freeze(Duration, stop);
        _ = SayTheEndAsync(freezing, () => !wire.Frozen, "Thawed: all that was held passes now.");
        say($"Frozen for {Duration.TotalSeconds} s: nothing passes, nothing is closed. "
            + Consequence.OfFreeze(reading));
    }

    async Task RestartAsync(CancellationToken stop)
    {
        say("Stopping the server.");
        var took = await server.StopAsync(stop);
        await server.RestartAsync(cancellation: stop);
        say($"The server ended after {took.TotalSeconds:0.0} s, and is up again with an empty chat. "
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
                say(end);
            }
        }
        catch (OperationCanceledException)
        {
            // The program is ending.
        }
        catch (SocketException exception)
        {
            say($"New connections cannot be accepted again: {exception.Message}");
        }
    }
}
