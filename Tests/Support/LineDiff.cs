namespace Tests;

/// <summary>How many lines differ, counted as diff and git do: lines that are in one text only.</summary>
static class LineDiff
{
    public static (int Added, int Removed) Count(string[] from, string[] to)
    {
        // The longest common subsequence, a row at a time.
        var row = new int[to.Length + 1];
        foreach (var line in from)
        {
            var diagonal = 0;
            for (var i = 1; i <= to.Length; i++)
            {
                (diagonal, row[i]) = (row[i], line == to[i - 1] ? diagonal + 1 : Math.Max(row[i], row[i - 1]));
            }
        }
        return (to.Length - row[^1], from.Length - row[^1]);
    }
}
