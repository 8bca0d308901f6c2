namespace Classroom;

/// <summary>
/// Takes a step's place while it is measured, and talks to it: with it a test sees that the measuring finds a fault.
/// </summary>
interface IStandIn : IAsyncDisposable
{
    /// <summary>Where clients find it in place of the step.</summary>
    Uri Address { get; }
}
