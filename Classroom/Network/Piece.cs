namespace Classroom;

/// <summary>What a connection hands on: bytes, the end of the stream, or a reset.</summary>
/// <param name="Due">When it is to arrive, as a timestamp of the stopwatch.</param>
abstract record Piece(long Due)
{
    /// <summary>Bytes that were read together.</summary>
    /// <param name="Buffer">Rented; it is longer than what is in it.</param>
    public sealed record Data(byte[] Buffer, int Count, long Due) : Piece(Due);

    /// <summary>The sender sends no more, and may still receive.</summary>
    public sealed record End(long Due) : Piece(Due);

    /// <summary>The sender is gone without a goodbye.</summary>
    public sealed record Reset(long Due) : Piece(Due);

    public int Size => this is Data data ? data.Count : 0;
}
