using System.Diagnostics;

namespace Classroom;

static class Pace
{
    /// <summary>Waits until so much time has passed since a timestamp; not at all if it has.</summary>
    public static async Task UntilAsync(long started, TimeSpan time, CancellationToken cancellation)
    {
        var left = time - Stopwatch.GetElapsedTime(started);
        if (left > TimeSpan.Zero)
        {
            await Task.Delay(left, cancellation);
        }
    }
}
