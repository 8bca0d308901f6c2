namespace Classroom;

/// <summary>Changed lines that stand close together, with the lines around them.</summary>
/// <param name="Header">Where it is, as diff writes it: "@@ -1,4 +1,5 @@".</param>
sealed record Hunk(string Header, IReadOnlyList<DiffLine> Lines)
{
    /// <summary>How many unchanged lines are shown before and after a change.</summary>
    const int Context = 3;

    public static IEnumerable<Hunk> Of(IReadOnlyList<DiffLine> lines)
    {
        var from = 0;
        while (true)
        {
            while (from < lines.Count && lines[from].Kind == LineKind.Kept)
            {
                from++;
            }
            if (from == lines.Count)
            {
                yield break;
            }
            var end = EndOfChange(lines, from);
            var start = Math.Max(0, from - Context);
            var stop = Math.Min(lines.Count, end + Context);
            yield return Make(lines, start, stop);
            from = end;
        }
    }

    /// <summary>The end of the last change of a hunk: after it come more unchanged lines than two contexts.</summary>
    static int EndOfChange(IReadOnlyList<DiffLine> lines, int from)
    {
        var end = from;
        for (var i = from; i < lines.Count && i - end <= 2 * Context; i++)
        {
            if (lines[i].Kind != LineKind.Kept)
            {
                end = i + 1;
            }
        }
        return end;
    }

    static Hunk Make(IReadOnlyList<DiffLine> lines, int start, int stop)
    {
        var above = lines.Take(start).ToArray();
        var shown = lines.Take(stop).Skip(start).ToArray();
        var before = Range(above, shown, LineKind.Added);
        var after = Range(above, shown, LineKind.Removed);
        return new($"@@ -{before} +{after} @@", shown);
    }

    /// <summary>"first line,number of lines" in the text that does not have the lines of one kind.</summary>
    static string Range(DiffLine[] above, DiffLine[] shown, LineKind without)
    {
        var count = shown.Count(line => line.Kind != without);
        var first = above.Count(line => line.Kind != without) + (count > 0 ? 1 : 0);
        return $"{first},{count}";
    }
}
