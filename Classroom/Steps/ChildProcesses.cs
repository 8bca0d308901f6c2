using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Classroom;

/// <summary>The processes that this one has started. None outlives it, unless it is killed itself.</summary>
static class ChildProcesses
{
    const int Sigterm = 15;

    static readonly ConcurrentDictionary<Process, bool> running = [];

    static ChildProcesses() => AppDomain.CurrentDomain.ProcessExit += (_, _) => running.Keys.ToList().ForEach(Kill);

    public static Process Start(ProcessStartInfo start)
    {
        var process = Process.Start(start)!;
        running[process] = true;
        return process;
    }

    /// <summary>
    /// Asks a process to end, and returns at once. A step takes this signal as Ctrl+C, also where it was told to ignore
    /// that one, as all that a shell script starts in the background. Windows has no such signal: there it is killed.
    /// </summary>
    public static void Interrupt(Process process)
    {
        if (OperatingSystem.IsWindows())
        {
            Kill(process);
        }
        else
        {
            SendSignal(process.Id, Sigterm);
        }
    }

    /// <summary>Ends a process at once, and returns when it is gone.</summary>
    public static void Kill(Process process)
    {
        running.TryRemove(process, out _);
        try
        {
            process.Kill();
            process.WaitForExit();
        }
        catch (InvalidOperationException)
        {
            // It is gone already, and its object disposed of.
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    static extern int SendSignal(int process, int signal);
}
