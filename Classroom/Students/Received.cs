namespace Classroom;

/// <summary>What a student has received.</summary>
/// <param name="Delay">From stored on the server to received here, both on this machine's clock. It says nothing of a
/// message that was stored before the student opened the page.</param>
public readonly record struct Received(ChatMessage Message, TimeSpan Delay);
