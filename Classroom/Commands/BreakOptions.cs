using System.ComponentModel.DataAnnotations;

namespace Classroom;

sealed class BreakOptions
{
    [Range(1, 65_535)]
    public int Port { get; set; } = 3000;

    public bool NoBuild { get; set; }
}
