namespace Tests;

/// <summary>A test of what Windows does not have: bash, and signals for another process.</summary>
public sealed class UnixFactAttribute : FactAttribute
{
    public UnixFactAttribute() => Skip = OperatingSystem.IsWindows() ? "run.sh needs bash; run.ps1 is Windows' own." : null;
}

/// <inheritdoc cref="UnixFactAttribute"/>
public sealed class UnixTheoryAttribute : TheoryAttribute
{
    public UnixTheoryAttribute() => Skip = new UnixFactAttribute().Skip;
}
