namespace Classroom;

/// <summary>What a student has received.</summary>
/// <param name="Message">The message.</param>
/// <param name="Delay">From stored on the server to received here, both on this machine's clock.</param>
/// <param name="History">It was stored before the student opened the page, so its delay says nothing.</param>
public readonly record struct Received(ChatMessage Message, TimeSpan Delay, bool History);
