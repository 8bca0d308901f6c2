using System.ComponentModel.DataAnnotations;

namespace Classroom;

/// <summary>The options of burst.</summary>
sealed class BurstOptions
{
    [Range(1, 5000)]
    public int Students { get; set; } = 200;

    [Range(0.1, 600)]
    public double Seconds { get; set; } = 3;

    public string? Steps { get; set; }

    public bool NoBuild { get; set; }
}
