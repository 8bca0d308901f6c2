using System.Text.Json;

namespace Classroom;

/// <summary>A message as every step's server writes it.</summary>
/// <param name="Id">Counts up by one; starts from the clock with the server.</param>
/// <param name="Timestamp">When the server stored it.</param>
/// <param name="Key">What its author calls it, so that it is stored once however often it is sent; or null.</param>
/// <param name="Origin">The server that it came from by webhook; null if it is this one.</param>
public sealed record ChatMessage(
    long Id, string User, string Text, DateTimeOffset Timestamp, string? Key = null, string? Origin = null)
{
    internal static ChatMessage[] ParseBatch(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize<ChatMessage[]>(json, JsonSerializerOptions.Web) ?? [];
}
