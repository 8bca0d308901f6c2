using System.ComponentModel.DataAnnotations;

namespace Classroom;

sealed class RaceOptions
{
    [Range(1, 100)]
    public int Students { get; set; } = 1;

    [Range(1, 65_535)]
    public int Port { get; set; } = 3000;

    public bool NoBuild { get; set; }
}
