namespace Classroom;

static class Pace
{
    /// <summary>Waits until so much time has passed since a timestamp of a clock; not at all if it has.</summary>
    public static async Task UntilAsync(
        TimeProvider clock, long started, TimeSpan time, CancellationToken cancellation)
    {
        var left = time - clock.GetElapsedTime(started);
        if (left > TimeSpan.Zero)
        {
            await Task.Delay(left, clock, cancellation);
        }
    }
}
