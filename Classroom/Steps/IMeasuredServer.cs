namespace Classroom;

/// <summary>A server of a step, to be measured: a process, or what a test has in its place.</summary>
interface IMeasuredServer : IAsyncDisposable
{
    /// <summary>http://127.0.0.1:PORT</summary>
    Uri BaseAddress { get; }

    /// <summary>The processor time that it has used so far.</summary>
    TimeSpan CpuTime { get; }
}
