using System.ComponentModel.DataAnnotations;

namespace Classroom;

/// <summary>The options of break.</summary>
sealed class BreakOptions
{
    [Range(1, 65_535)]
    public int Port { get; set; } = 3000;

    public bool NoBuild { get; set; }
}
