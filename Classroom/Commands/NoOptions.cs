namespace Classroom;

/// <summary>Of a command that has none.</summary>
sealed class NoOptions;
