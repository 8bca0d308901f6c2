namespace Classroom;

/// <summary>A message on its way to the server.</summary>
/// <param name="Key">Its author's name for it: the same however often it is sent.</param>
sealed record OutgoingMessage(string Key, string Text);
