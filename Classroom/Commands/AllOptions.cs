using System.ComponentModel.DataAnnotations;

namespace Classroom;

/// <summary>The options of all.</summary>
sealed class AllOptions
{
    [Range(1, 65_000)]
    public int Port { get; set; } = 3001;

    public bool NoBuild { get; set; }
}
