using Classroom;

namespace Tests;

/// <summary>One who is connected to a step from 04 on, and reads nothing any more.</summary>
static class DeafClient
{
    /// <summary>6 MB, more than the buffers on the way take: up to 4 MB, whatever a client reads.</summary>
    const int Messages = 4000;

    static readonly string text = new('€', 490); // three bytes each

    public static async Task<RawConnection> OpenAsync(string step, int port)
    {
        if (!Technique.Of(step).SendsByPost)
        {
            return await RawConnection.OpenSocketAsync(port, "Mallory", 0, deaf: true);
        }
        var connection = await RawConnection.OpenAsync(port, deaf: true);
        await connection.SendAsync(RawConnection.Get("/events?user=Mallory"));
        return connection;
    }

    /// <summary>Says so much that a write to one who does not read can not be completed.</summary>
    public static async Task FloodAsync(string step, Uri server)
    {
        // Not all at once: the log keeps 1,000, and the others shall get each of them.
        for (var sent = 0; sent < Messages; sent += 250)
        {
            await KeyedChat.SendManyAsync(step, server, [.. Enumerable.Range(sent, 250).Select(i => $"{text} {i}")]);
        }
    }
}
