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

/// <summary>What a server says to a client that reads.</summary>
/// <param name="Type">
/// "messages", "users", "webhooks" or "heartbeat"; "open" when a connection is made, which the server does not say.
/// </param>
/// <param name="Json">What there is to it.</param>
/// <param name="Id">05 and 06: the id of the event.</param>
public sealed record ChatEvent(string Type, byte[] Json, string? Id = null)
{
    /// <summary>The messages in it; none if it is of another type.</summary>
    public ChatMessage[] ReadMessages() => Type == "messages" ? ChatMessage.ParseBatch(Json) : [];
}
