extern alias Sse;
extern alias Webhooks;
extern alias WebSockets;

using Microsoft.Extensions.Logging.Abstractions;

namespace Tests;

/// <summary>What one who comes or leaves costs does not grow with the crowd: or a class costs its square.</summary>
public sealed class PresenceCostTests
{
    const int Crowd = 5_000;
    const int Windows = 100;

    [StepTheory, MemberData(nameof(Steps.WithPresence), MemberType = typeof(Steps))]
    public void To_come_and_leave_costs_the_same_whoever_is_there(string step)
    {
        Type[] programs = [typeof(WebSockets::Program), typeof(Sse::Program), typeof(Webhooks::Program)];
        var assembly = programs.Single(program => program.Assembly.GetName().Name == step).Assembly;
        // Its types are internal, and so reached by their names.
        Func<string[], byte[]> toBytes = _ => [];
        var signal = Activator.CreateInstance(assembly.GetType("Signal", throwOnError: true)!);
        var type = assembly.GetType("Presence", throwOnError: true)!;
        var presence = Activator.CreateInstance(type, signal, NullLogger.Instance, toBytes)!;
        var enter = type.GetMethod("Enter")!.CreateDelegate<Action<string>>(presence);
        var leave = type.GetMethod("Leave")!.CreateDelegate<Action<string>>(presence);
        enter("Alice");
        leave("Alice");
        for (var i = 0; i < Crowd; i++)
        {
            enter($"Student {i}");
        }

        // Of this thread: what others allocate, and the list that is made now and then, do not count.
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Windows; i++)
        {
            enter("Student 1");
            leave("Student 1");
        }
        var each = (GC.GetAllocatedBytesForCurrentThread() - before) / (2 * Windows);
        // A copy of the names would be 40,000 bytes.
        Assert.InRange(each, 0, 2_000);
    }
}
