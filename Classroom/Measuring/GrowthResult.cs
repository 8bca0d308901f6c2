namespace Classroom;

/// <summary>What compare --growth has measured.</summary>
/// <param name="Run">When and how.</param>
/// <param name="Figures">One for each step and size.</param>
/// <param name="Limits">Which classes could not be measured, and why: a sentence each.</param>
sealed record GrowthResult(
    MeasuringRun Run, IReadOnlyList<GrowthFigures> Figures, IReadOnlyList<string> Limits);
