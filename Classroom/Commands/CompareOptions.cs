using System.ComponentModel.DataAnnotations;

namespace Classroom;

/// <summary>The options of compare.</summary>
sealed class CompareOptions
{
    public bool Quick { get; set; }

    public bool Growth { get; set; }

    public string? Students { get; set; }

    public string? Steps { get; set; }

    public string? Json { get; set; }

    public string? Csv { get; set; }

    public string? Html { get; set; }

    public bool NoBuild { get; set; }
}
