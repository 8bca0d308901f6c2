namespace Classroom;

/// <summary>One line of a comparison.</summary>
readonly record struct DiffLine(LineKind Kind, string Text);
