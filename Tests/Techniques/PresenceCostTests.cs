using System.Reflection;
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
        var presence = new StepPresence(step);
        presence.Enter("Alice");
        presence.Leave("Alice");
        for (var i = 0; i < Crowd; i++)
        {
            presence.Enter($"Student {i}");
        }

        // Of this thread: what others allocate, and the list that is made now and then, do not count.
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Windows; i++)
        {
            presence.Enter("Student 1");
            presence.Leave("Student 1");
        }
        var each = (GC.GetAllocatedBytesForCurrentThread() - before) / (2 * Windows);
        // A copy of the names would be 40,000 bytes.
        Assert.InRange(each, 0, 2_000);
    }

    [StepTheory, MemberData(nameof(Steps.WithPresence), MemberType = typeof(Steps))]
    public async Task A_second_window_of_a_name_makes_no_list(string step)
    {
        var presence = new StepPresence(step);
        presence.Enter("Alice");
        await presence.MadeAsync(1);
        presence.Enter("Alice");
        presence.Leave("Alice");
        // A list comes after a pause. By now one would have come: that of another, which begins later.
        var later = new StepPresence(step);
        later.Enter("Alice");
        await later.MadeAsync(1);
        presence.Enter("Bob");
        await presence.MadeAsync(["Alice", "Bob"]);
        Assert.Equal(2, presence.Made);
    }

    /// <summary>
    /// Who is online in a step, without a server: its types are internal, and so reached by their names.
    /// </summary>
    sealed class StepPresence
    {
        readonly List<string[]> lists = [];

        public StepPresence(string step)
        {
            var assembly = Assembly.Load(step);
            var signal = Activator.CreateInstance(assembly.GetType("Signal", throwOnError: true)!);
            var type = assembly.GetType("Presence", throwOnError: true)!;
            Func<string[], byte[]> toBytes = Keep;
            var presence = Activator.CreateInstance(type, signal, NullLogger.Instance, toBytes)!;
            Enter = type.GetMethod("Enter")!.CreateDelegate<Action<string>>(presence);
            Leave = type.GetMethod("Leave")!.CreateDelegate<Action<string>>(presence);
        }

        public Action<string> Enter { get; }

        public Action<string> Leave { get; }

        /// <summary>How many lists have been made.</summary>
        public int Made
        {
            get
            {
                lock (lists)
                {
                    return lists.Count;
                }
            }
        }

        public Task MadeAsync(int count) => Wait.UntilAsync(() => Made == count, $"{count} lists");

        public Task MadeAsync(string[] list) =>
            Wait.UntilAsync(() => IsNewest(list), $"the list {string.Join(", ", list)}");

        bool IsNewest(string[] list)
        {
            lock (lists)
            {
                return lists[^1].SequenceEqual(list);
            }
        }

        byte[] Keep(string[] list)
        {
            lock (lists)
            {
                lists.Add(list);
            }
            return [];
        }
    }
}
