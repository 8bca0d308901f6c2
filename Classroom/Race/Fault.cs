namespace Classroom;

/// <summary>What can be broken in a lane.</summary>
enum Fault
{
    /// <summary>Every connection is closed.</summary>
    Cut,

    /// <summary>New connections are refused for a while.</summary>
    Refuse,

    /// <summary>Everything is late, until told otherwise.</summary>
    Delay,

    /// <summary>Nothing passes for a while.</summary>
    Freeze,

    /// <summary>The server is stopped and started again.</summary>
    Restart,
}
