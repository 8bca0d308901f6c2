using System.ComponentModel.DataAnnotations;

namespace Classroom;

sealed class AllOptions
{
    [Range(1, 65_000)]
    public int Port { get; set; } = 3001;

    public bool NoBuild { get; set; }
}
