using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Classroom;

/// <summary>
/// The processor time of another process, finer than <see cref="Process.TotalProcessorTime"/>, which counts in steps
/// of 10 ms on Linux.
/// </summary>
static class ProcessorClock
{
    public static TimeSpan Read(Process process)
    {
        if (OperatingSystem.IsLinux() && ClockOf(process.Id, out var clock) == 0 && TimeOf(clock, out var time) == 0)
        {
            return TimeSpan.FromSeconds(time.Seconds) + TimeSpan.FromMicroseconds(time.Nanoseconds / 1000.0);
        }
        process.Refresh();
        return process.TotalProcessorTime;
    }

    [StructLayout(LayoutKind.Sequential)]
    struct TimeSpec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }

    [DllImport("libc", EntryPoint = "clock_getcpuclockid")]
    static extern int ClockOf(int process, out int clock);

    [DllImport("libc", EntryPoint = "clock_gettime")]
    static extern int TimeOf(int clock, out TimeSpec time);
}
