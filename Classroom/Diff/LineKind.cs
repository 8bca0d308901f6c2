namespace Classroom;

/// <summary>What becomes of a line; the value is the sign that stands before it.</summary>
enum LineKind
{
    Kept = ' ',
    Removed = '-',
    Added = '+',
}
