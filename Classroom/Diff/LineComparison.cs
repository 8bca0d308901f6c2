namespace Classroom;

/// <summary>The fewest lines to remove and to add that turn one text into another.</summary>
static class LineComparison
{
    public static IReadOnlyList<DiffLine> Compare(string[] before, string[] after)
    {
        // common[i, j]: how many lines the texts from line i and from line j on have in common, in order.
        var common = new int[before.Length + 1, after.Length + 1];
        for (var i = before.Length - 1; i >= 0; i--)
        {
            for (var j = after.Length - 1; j >= 0; j--)
            {
                common[i, j] = before[i] == after[j]
                    ? common[i + 1, j + 1] + 1
                    : Math.Max(common[i + 1, j], common[i, j + 1]);
            }
        }
        return Walk(before, after, common);
    }

    static List<DiffLine> Walk(string[] before, string[] after, int[,] common)
    {
        List<DiffLine> lines = [];
        var (i, j) = (0, 0);
        while (i < before.Length || j < after.Length)
        {
            if (i < before.Length && j < after.Length && before[i] == after[j])
            {
                lines.Add(new(LineKind.Kept, before[i]));
                i++;
                j++;
            }
            else if (j == after.Length || (i < before.Length && common[i + 1, j] >= common[i, j + 1]))
            {
                lines.Add(new(LineKind.Removed, before[i]));
                i++;
            }
            else
            {
                lines.Add(new(LineKind.Added, after[j]));
                j++;
            }
        }
        return lines;
    }
}
