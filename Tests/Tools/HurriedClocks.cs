namespace Tests;

/// <summary>
/// Clocks on which pauses take no time: as soon as each who has one sleeps, all of them jump to where the next one
/// wakes, and stand until that one sleeps again. So a class takes as long as its requests do, and each request has its
/// place on the clock, however slow the machine is.
/// </summary>
sealed class HurriedClocks
{
    readonly Lock gate = new();
    readonly List<Sleeper> sleepers = [];
    int clocks;
    long now;

    /// <summary>Gives clocks that belong together, or the system's.</summary>
    public static Func<TimeProvider> If(bool hurried) =>
        hurried ? new HurriedClocks().NewClock : () => TimeProvider.System;

    Clock NewClock()
    {
        lock (gate)
        {
            clocks++;
            return new(this);
        }
    }

    Sleeper Sleep(TimeSpan time, Action wake)
    {
        lock (gate)
        {
            var sleeper = new Sleeper(this, now + time.Ticks, wake);
            sleepers.Add(sleeper);
            if (sleepers.Count == clocks)
            {
                // Of those that wake at the same time, the one that fell asleep first.
                var next = sleepers.MinBy(each => each.WakesAt)!;
                sleepers.Remove(next);
                now = next.WakesAt;
                ThreadPool.QueueUserWorkItem(_ => next.Wake());
            }
            return sleeper;
        }
    }

    /// <summary>One for each who sleeps, so that it is known whether all do.</summary>
    sealed class Clock(HurriedClocks all) : TimeProvider
    {
        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp()
        {
            lock (all.gate)
            {
                return all.now;
            }
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            period == Timeout.InfiniteTimeSpan
                ? all.Sleep(dueTime, () => callback(state))
                : throw new NotSupportedException("Nothing here happens again and again.");
    }

    sealed class Sleeper(HurriedClocks all, long wakesAt, Action wake) : ITimer
    {
        public long WakesAt => wakesAt;

        public void Wake() => wake();

        public bool Change(TimeSpan dueTime, TimeSpan period) => throw new NotSupportedException();

        /// <summary>One who is woken otherwise, because it leaves.</summary>
        public void Dispose()
        {
            lock (all.gate)
            {
                all.sleepers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
