namespace Classroom;

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
