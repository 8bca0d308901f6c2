namespace Classroom;

/// <summary>
/// Says on standard error what is going on: one line that changes on a terminal, else a line for each new phase.
/// </summary>
sealed class Progress(TextWriter writer, bool terminal)
{
    string phase = "";

    public void Report(string newPhase, string detail = "")
    {
        if (terminal)
        {
            writer.Write($"\r\e[K{newPhase}{(detail.Length > 0 ? " " : "")}{detail}");
        }
        else if (newPhase != phase)
        {
            writer.WriteLine(newPhase);
        }
        phase = newPhase;
    }

    /// <summary>Clears the line for what is printed next.</summary>
    public void End()
    {
        if (terminal)
        {
            writer.Write("\r\e[K");
        }
    }
}
