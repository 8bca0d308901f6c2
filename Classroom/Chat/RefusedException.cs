namespace Classroom;

/// <summary>The server has looked at a message and does not want it: it would not want it again.</summary>
/// <param name="reason">The server's words.</param>
/// <param name="code">The HTTP status (400), or in 04 the close code (1008).</param>
public sealed class RefusedException(string reason, int code) : Exception(reason)
{
    public int Code => code;
}
