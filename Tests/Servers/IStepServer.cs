namespace Tests;

/// <summary>A step in this process, whichever it is.</summary>
interface IStepServer : IAsyncDisposable
{
    Uri Address { get; }

    /// <summary>Nothing that happened was a surprise to the step.</summary>
    void AssertQuiet();
}
