using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Classroom;

/// <summary>What Ctrl+C does to a process, done to one that this program has started.</summary>
static class Interrupt
{
    const int Sigint = 2;
    const int Sigterm = 15;

    /// <summary>Asks a process to end, and returns at once. Windows has no such signal: there it is killed.</summary>
    public static void Send(Process process)
    {
        if (OperatingSystem.IsWindows())
        {
            ChildProcesses.Kill(process);
        }
        else
        {
            SendSignal(process.Id, SignalFor(process.Id));
        }
    }

    /// <summary>
    /// The number of SIGINT. A process that ignores it gets SIGTERM: a shell script's background jobs,
    /// and all that they start, ignore SIGINT.
    /// </summary>
    public static int SignalFor(int process)
    {
        const string Label = "SigIgn:";
        const ulong SigintBit = 1UL << (Sigint - 1);
        var status = $"/proc/{process}/status";
        var lines = File.Exists(status) ? File.ReadLines(status) : [];
        var line = lines.FirstOrDefault(line => line.StartsWith(Label, StringComparison.Ordinal));
        if (line is null)
        {
            return Sigint;
        }
        var ignored = ulong.Parse(line[Label.Length..].Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return (ignored & SigintBit) == 0 ? Sigint : Sigterm;
    }

    [DllImport("libc", EntryPoint = "kill")]
    static extern int SendSignal(int process, int signal);
}
