namespace Classroom;

/// <summary>What was measured of one step with one class. Times in milliseconds, sizes in bytes.</summary>
/// <param name="Step">The step's folder.</param>
/// <param name="Students">How many there were.</param>
/// <param name="Sent">Messages sent.</param>
/// <param name="Delivered">Messages received, each by each student.</param>
/// <param name="DelayMedian">From stored to received by another student than the writer.</param>
/// <param name="Delay99">The 99th percentile of that, by nearest rank.</param>
/// <param name="DelayWorst">The longest.</param>
/// <param name="Seconds">How long was counted: from the first message until every student had the last one.</param>
/// <param name="Requests">HTTP requests: to sit down, and while counted.</param>
/// <param name="SeatingRequests">How many of these were to sit down.</param>
/// <param name="NothingNew">How many of the requests were answered with nothing new.</param>
/// <param name="Events">WebSocket frames both ways, or events, to sit down and while counted.</param>
/// <param name="BytesUp">From the students, to sit down and while counted.</param>
/// <param name="BytesDown">To the students, likewise.</param>
/// <param name="Cpu">The server's processor time while counted.</param>
/// <param name="IdleSeconds">How long the class sat idle.</param>
/// <param name="IdleCpu">The server's processor time meanwhile.</param>
/// <param name="MemoryBefore">The server's resident memory before the clients came of whom the next figure
/// tells.</param>
/// <param name="MemorySeated">The same with these clients connected.</param>
/// <param name="MemoryClients">How many these clients were: the class, or a crowd where the class is too small to be
/// seen in a process's memory.</param>
/// <param name="Connections">Open at the end.</param>
/// <param name="Lost">Messages that a student did not receive, over all students.</param>
/// <param name="Duplicated">Messages that a student received more than once.</param>
/// <param name="Disordered">Messages that a student received after a newer one.</param>
/// <param name="Failures">Requests or connections that failed and were repeated.</param>
public sealed record Figures(
    string Step, int Students, int Sent, int Delivered,
    double DelayMedian, double Delay99, double DelayWorst,
    double Seconds, long Requests, long SeatingRequests, long NothingNew, long Events, long BytesUp, long BytesDown,
    double Cpu,
    double IdleSeconds, double IdleCpu, long MemoryBefore, long MemorySeated, int MemoryClients, int Connections,
    int Lost, int Duplicated, int Disordered, long Failures)
{
    /// <summary>Bytes from the students per message delivered.</summary>
    public double UpPerDelivery => (double)BytesUp / Delivered;

    /// <summary>Bytes to the students per message delivered.</summary>
    public double DownPerDelivery => (double)BytesDown / Delivered;

    /// <summary>Microseconds of the server's processor per message delivered.</summary>
    public double CpuPerDelivery => Cpu * 1000 / Delivered;

    /// <summary>Percent of one core that the server used while counted.</summary>
    public double CpuShare => Cpu / 10 / Seconds;

    /// <summary>
    /// Milliseconds of the server's processor per student and idle minute; NaN when that was not measured.
    /// </summary>
    public double IdleCpuPerClientMinute => IdleCpu / Students / (IdleSeconds / 60);

    /// <summary>Bytes of the server's memory per client; NaN when there were too few clients to tell.</summary>
    public double MemoryPerClient =>
        MemoryClients < 200 ? double.NaN : (double)(MemorySeated - MemoryBefore) / MemoryClients;

    /// <summary>Every student has every message once, in order.</summary>
    public bool IsComplete => (Lost, Duplicated, Disordered) == (0, 0, 0);
}
