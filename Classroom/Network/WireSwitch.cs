namespace Classroom;

/// <summary>A fault of a <see cref="Wire"/>, which is on until told otherwise or for a while.</summary>
/// <param name="gate">Held while it is turned on or off.</param>
/// <param name="turn">Turns it on or off, or leaves it as it is.</param>
sealed class WireSwitch(Lock gate, Action<bool> turn)
{
    int turns;

    public void Turn(bool on)
    {
        lock (gate)
        {
            turns++;
            turn(on);
        }
    }

    /// <summary>Turns it on, and off after a while, unless it was turned once more meanwhile.</summary>
    public async Task TurnOnAsync(TimeSpan time, CancellationToken cancellation)
    {
        int mine;
        lock (gate)
        {
            Turn(true);
            mine = turns;
        }
        try
        {
            await Task.Delay(time, cancellation);
        }
        finally
        {
            lock (gate)
            {
                if (mine == turns)
                {
                    turn(false);
                }
            }
        }
    }
}
