using System.Collections;
using System.Reflection;
using System.Text;

namespace Tests;

/// <summary>
/// A step's own log and its batches, without a server: its types are internal, and so reached by their names. A frame
/// here is the number of its messages and how many frames have been made before it.
/// </summary>
sealed class StepBatches
{
    readonly Assembly step;
    readonly object log;
    readonly object batches;
    int made;

    /// <param name="step">Its folder: its assembly has the same name.</param>
    public StepBatches(string step)
    {
        this.step = Assembly.Load(step);
        log = Activator.CreateInstance(Find("MessageLog"))!;
        // What can frame anything can frame the step's messages, whose type has no name here.
        Func<IEnumerable<object>, byte[]> frame = messages => Frame(messages.Count());
        batches = Activator.CreateInstance(Find("Batches"), log, frame)!;
    }

    /// <summary>How many frames have been made.</summary>
    public int Made => Volatile.Read(ref made);

    /// <summary>How many batches are kept.</summary>
    public int Kept => Find("Batches").GetFields(BindingFlags.Instance | BindingFlags.NonPublic)
        .Select(each => each.GetValue(batches)).OfType<ICollection>().Single().Count;

    /// <summary>Stores a message, and returns its id.</summary>
    public long Add(string text)
    {
        var message = Activator.CreateInstance(Find("Message"), new object[] { Sent(text) })!;
        return Read<long>(log.GetType().GetMethod("Add")!.Invoke(log, [message, null])!, "Id");
    }

    /// <summary>The batch after a cursor; null if there is nothing new.</summary>
    public object? After(long cursor) => batches.GetType().GetMethod("After")!.Invoke(batches, [cursor]);

    /// <summary>The cursor of who has got a batch.</summary>
    public static long LastId(object? batch) => Read<long>(batch!, "LastId");

    /// <summary>How many messages are in a batch.</summary>
    public static int Size(object? batch) =>
        int.Parse(Encoding.ASCII.GetString(Read<byte[]>(batch!, "Bytes")).Split(' ')[0]);

    byte[] Frame(int count) => Encoding.ASCII.GetBytes($"{count} {Interlocked.Increment(ref made)}");

    object Sent(string text)
    {
        var sent = Activator.CreateInstance(Find("NewMessage"))!;
        sent.GetType().GetProperty("User")!.SetValue(sent, "Alice");
        sent.GetType().GetProperty("Text")!.SetValue(sent, text);
        return sent;
    }

    Type Find(string name) => step.GetType(name, throwOnError: true)!;

    static T Read<T>(object from, string name) => (T)from.GetType().GetProperty(name)!.GetValue(from)!;
}
