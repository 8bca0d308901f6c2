using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Classroom;

/// <summary>
/// The processes that this one has started. None outlives it, however it is asked to end (but for SIGKILL):
/// a terminal's Ctrl+C reaches them as well, every other end is handed on here.
/// </summary>
static class ChildProcesses
{
    static readonly Lock gate = new();
    static readonly HashSet<Process> running = [];
    static volatile bool ending;

    // Kept, because a registration that is collected no longer handles its signal.
    static readonly PosixSignalRegistration[] signals =
        [.. new[] { PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT }
            .Select(signal => PosixSignalRegistration.Create(signal, _ => End()))];

    static ChildProcesses() => AppDomain.CurrentDomain.ProcessExit += (_, _) => End();

    /// <summary>
    /// This process has been told to end: what fails from now on fails because its children are gone.
    /// </summary>
    public static bool Ending => ending;

    /// <exception cref="OperationCanceledException">This process is about to end.</exception>
    public static Process Start(ProcessStartInfo start)
    {
        lock (gate)
        {
            if (ending)
            {
                throw new OperationCanceledException("The program is ending.");
            }
            var process = Process.Start(start)!;
            running.Add(process);
            return process;
        }
    }

    /// <summary>Ends a process with all that it started, and returns when it is gone.</summary>
    public static void Kill(Process process)
    {
        lock (gate)
        {
            running.Remove(process);
        }
        try
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
        }
        catch (InvalidOperationException)
        {
            // It is gone already, and its object disposed of.
        }
    }

    static void End()
    {
        Process[] left;
        lock (gate)
        {
            ending = true;
            left = [.. running];
        }
        foreach (var process in left)
        {
            Kill(process);
        }
    }
}
