using System.ComponentModel.DataAnnotations;

namespace Classroom;

/// <summary>The options of compare.</summary>
sealed class CompareOptions
{
    public string? Students { get; set; }

    [Range(1.0, 3000)]
    public double Rate { get; set; } = 20;

    [Range(0.1, 3600)]
    public double? Seconds { get; set; }

    [Range(0.0, 3600)]
    public double? Idle { get; set; }

    [Range(0, 20_000)]
    public int? Crowd { get; set; }

    public string? Steps { get; set; }

    public string? Json { get; set; }

    public string? Html { get; set; }

    public bool Growth { get; set; }

    public bool Cold { get; set; }

    public bool NoBuild { get; set; }
}
