using System.Text.Json.Serialization;

namespace Classroom;

/// <summary>What was measured of one step. Times in milliseconds, sizes in bytes.</summary>
/// <param name="Step">The step's folder.</param>
public sealed record StepFigures(string Step)
{
    [JsonIgnore]
    public Technique Technique => Technique.Of(Step);

    /// <summary>Bytes both ways of the page's four files, counted on the wire; the same in all steps but for chat.js
    /// and index.html.</summary>
    public Figure? Page { get; init; }

    /// <summary>HTTP requests from the loaded page to a client that is ready for messages.</summary>
    public Figure? ConnectRequests { get; init; }

    /// <summary>Bytes from the client meanwhile.</summary>
    public Figure? ConnectUp { get; init; }

    /// <summary>Bytes to the client meanwhile: answer, handshake, who is online.</summary>
    public Figure? ConnectDown { get; init; }

    /// <summary>HTTP requests until one client has one new message, and is ready for the next.</summary>
    public Figure? DeliverRequests { get; init; }

    /// <summary>Bytes both ways meanwhile.</summary>
    public Figure? DeliverBytes { get; init; }

    /// <summary>The server's processor time while messages come one after the other without a pause, storing them
    /// included, divided by messages and clients.</summary>
    public Figure? DeliverCpu { get; init; }

    /// <summary>From stored by the server to received by a client: the median.</summary>
    public Figure? DelayMedian { get; init; }

    /// <summary>The same: 99 % are not later.</summary>
    public Figure? Delay99 { get; init; }

    /// <summary>The same: the latest.</summary>
    public Figure? DelayWorst { get; init; }

    /// <summary>HTTP requests of a client for an hour in which nobody writes.</summary>
    public Figure? KeepRequests { get; init; }

    /// <summary>Bytes both ways meanwhile.</summary>
    public Figure? KeepBytes { get; init; }

    /// <summary>The server's processor time meanwhile, above that of a server without clients.</summary>
    public Figure? KeepCpu { get; init; }

    /// <summary>Connections that a client holds which has read and written.</summary>
    public Figure? HeldConnections { get; init; }

    /// <summary>How much more memory the server's objects take with one more client, after a garbage
    /// collection.</summary>
    public Figure? HeldBytes { get; init; }

    /// <summary>With a message every 3 s.</summary>
    public ClassFigures? Busy { get; init; }

    /// <summary>With a message a minute.</summary>
    public ClassFigures? Quiet { get; init; }

    /// <summary>What did not come as it should, in all that was measured.</summary>
    public Mistakes Mistakes { get; init; } = Mistakes.None;
}
