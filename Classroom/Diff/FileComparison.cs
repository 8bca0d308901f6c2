namespace Classroom;

/// <summary>One file of two folders.</summary>
/// <param name="Name">The file's name in the folder; that of the new one where they differ.</param>
/// <param name="Before">The folder and file in the old folder; null when it is new.</param>
/// <param name="After">The folder and file in the new folder; null when it is gone.</param>
/// <param name="Lines">All lines, and what becomes of them.</param>
sealed record FileComparison(string Name, string? Before, string? After, IReadOnlyList<DiffLine> Lines)
{
    public int Added { get; } = Lines.Count(line => line.Kind == LineKind.Added);

    public int Removed { get; } = Lines.Count(line => line.Kind == LineKind.Removed);

    public bool IsNew => Before is null;

    public bool IsGone => After is null;

    public bool Differs => IsNew || IsGone || Added + Removed > 0;
}
