namespace Tests;

/// <summary>A message with the key that its author gave it; null if it has none.</summary>
sealed record KeyedMessage(long Id, string User, string Text, DateTimeOffset Timestamp, string? Key);
