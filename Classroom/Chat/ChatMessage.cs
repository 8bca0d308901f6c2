using System.Text.Json;
using System.Text.Json.Serialization;

namespace Classroom;

/// <summary>A message as every step's server writes it: these fields, and no others.</summary>
public sealed record ChatMessage(
    long Id,
    string User,
    string Text,
    DateTimeOffset Timestamp,
    string? Key = null,
    string? Origin = null)
{
    static readonly JsonSerializerOptions exact = new(JsonSerializerDefaults.Web)
    {
        PropertyNameCaseInsensitive = false,
        RespectRequiredConstructorParameters = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    /// <exception cref="JsonException">It is no message, or one with other fields.</exception>
    public static ChatMessage Parse(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize<ChatMessage>(json, exact)!;

    /// <exception cref="JsonException">It is no array of messages, or there are other fields.</exception>
    public static ChatMessage[] ParseBatch(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize<ChatMessage[]>(json, exact)!;
}
