namespace Tests;

/// <summary>A message, with where it came from if that is another server.</summary>
sealed record WebhookMessage(long Id, string User, string Text, DateTimeOffset Timestamp, string? Origin);
