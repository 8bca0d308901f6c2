namespace Classroom;

/// <summary>What a client's reading costs in a class, per minute.</summary>
/// <param name="Requests">HTTP requests of one client.</param>
/// <param name="NothingNew">Percent of the answers to its questions for messages that held nothing new.</param>
/// <param name="Bytes">Both ways.</param>
public sealed record ClassFigures(Figure Requests, Figure NothingNew, Figure Bytes);
