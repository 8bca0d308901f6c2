namespace Classroom;

/// <summary>A message of the race.</summary>
/// <param name="Number">Counts up from 1.</param>
/// <param name="Text">What was typed; null if the class wrote it by itself.</param>
/// <param name="Written">When, as a timestamp of the stopwatch: the same moment for all lanes.</param>
/// <param name="Late">For each lane, after how many milliseconds it was there; null: not yet.</param>
sealed record RaceMessage(int Number, string? Text, long Written, double?[] Late);
