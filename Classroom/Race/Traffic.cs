namespace Classroom;

/// <summary>What following a step costs: what all students of a lane have caused.</summary>
/// <param name="Requests">HTTP requests, WebSocket handshakes included.</param>
/// <param name="Empty">Answers with nothing new.</param>
/// <param name="Events">Frames or events.</param>
/// <param name="Up">Bytes from the students.</param>
/// <param name="Down">Bytes to the students.</param>
readonly record struct Traffic(long Requests, long Empty, long Events, long Up, long Down)
{
    public static Traffic operator -(Traffic now, Traffic before) => new(
        now.Requests - before.Requests,
        now.Empty - before.Empty,
        now.Events - before.Events,
        now.Up - before.Up,
        now.Down - before.Down);
}
