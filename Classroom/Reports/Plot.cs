namespace Classroom;

/// <summary>Plots for a projector: large type, one thing each, and the figures beside what is drawn.</summary>
static class Plot
{
    const double Left = 260;
    const double Right = 230;
    const double Top = 50;
    const double RowHeight = 66;

    static readonly string[] Colours = ["a", "b", "c", "d", "e", "f"];

    /// <summary>A bar for each step, with a line from the least to the most of the rounds.</summary>
    public static string Bars(string title, FigureRow row, IReadOnlyList<StepFigures> steps)
    {
        var shown = steps.Where(step => row.Of(step) is not null).ToArray();
        var most = shown.Select(step => row.Of(step)!.Most).DefaultIfEmpty(0).Max();
        var scale = Scale(most);
        var svg = new Svg(title, shown.Length * RowHeight);
        foreach (var (i, step) in shown.Index())
        {
            var y = i * RowHeight;
            var figure = row.Of(step)!;
            var length = figure.IsTold ? figure.Median * scale : 0;
            svg.Text(0, y + 42, step.Technique.Title);
            svg.Rectangle(Left, y + 8, length, RowHeight - 18, "var(--a)");
            var end = Left + length;
            if (figure.IsTold && figure.Most > figure.Least)
            {
                end = Math.Max(end, Left + figure.Most * scale);
                var middle = y + 8 + (RowHeight - 18) / 2;
                var from = Left + Math.Max(0, figure.Least) * scale;
                svg.Line(from, middle, Left + figure.Most * scale, middle, "class=\"range\"");
            }
            svg.Text(end + 14, y + 42, row.Median(step), "font-weight=\"600\"");
        }
        return svg.ToString();
    }

    /// <summary>Two bars for each step, one below the other.</summary>
    public static string Pairs(string title, FigureRow first, FigureRow second, IReadOnlyList<StepFigures> steps)
    {
        var shown = steps.Where(step => first.Of(step) is not null && second.Of(step) is not null).ToArray();
        var most = shown
            .SelectMany(step => new[] { first.Of(step)!.Median, second.Of(step)!.Median })
            .DefaultIfEmpty(0)
            .Max();
        var scale = Scale(most);
        var svg = new Svg(title, Top + shown.Length * RowHeight);
        svg.Rectangle(Left, 6, 26, 26, "var(--b)");
        svg.Text(Left + 38, 30, "busy class");
        svg.Rectangle(Left + 260, 6, 26, 26, "var(--a)");
        svg.Text(Left + 298, 30, "quiet class");
        foreach (var (i, step) in shown.Index())
        {
            var y = Top + i * RowHeight;
            svg.Text(0, y + 42, step.Technique.Title);
            Bar(first, y + 4, "var(--b)");
            Bar(second, y + 34, "var(--a)");

            void Bar(FigureRow row, double top, string colour)
            {
                var length = row.Of(step)!.Median * scale;
                svg.Rectangle(Left, top, length, 26, colour);
                svg.Text(Left + length + 12, top + 23, row.Median(step), "font-size=\"24\" font-weight=\"600\"");
            }
        }
        return svg.ToString();
    }

    /// <summary>A dot for each step, and a line to the worst, on a scale of powers of ten.</summary>
    public static string Delays(string title, FigureRow median, FigureRow worst, IReadOnlyList<StepFigures> steps)
    {
        var shown = steps.Where(step => median.Of(step) is not null).ToArray();
        // What is below a millisecond is drawn at it.
        var values = shown.SelectMany(step => new[] { At(median, step), At(worst, step) });
        var scale = new LogScale(values, Left, Svg.Width - Right + 100);
        var bottom = shown.Length * RowHeight;
        var svg = new Svg(title, bottom + 40);
        foreach (var tick in scale.Ticks)
        {
            svg.Line(scale[tick], 0, scale[tick], bottom, "class=\"grid\"");
            svg.Text(scale[tick], bottom + 30, Number.Time(tick), "class=\"faint\" text-anchor=\"middle\"");
        }
        foreach (var (i, step) in shown.Index())
        {
            var y = i * RowHeight + 44;
            var from = scale[At(median, step)];
            var to = scale[At(worst, step)];
            svg.Text(0, y + 9, step.Technique.Title);
            svg.Line(from, y, to, y, "stroke=\"var(--a)\" stroke-width=\"6\"");
            svg.Circle(from, y, 13, "var(--a)");
            var middle = Math.Max(from, Left + 80);
            svg.Text(middle, y - 19, median.Median(step), "text-anchor=\"middle\" font-weight=\"600\"");
        }
        return svg.ToString();

        static double At(FigureRow row, StepFigures step) => Math.Max(1, row.Of(step)?.Median ?? 1);
    }

    /// <summary>A line for each step over the size of the class; both scales are of powers of ten.</summary>
    public static string Lines(
        string title, IReadOnlyList<GrowthFigures> figures, Func<GrowthFigures, Figure> of, Func<double, string> write)
    {
        const double Start = 130;
        const double End = Svg.Width - 260;
        const double Bottom = 400;
        var shown = figures.Where(one => of(one).Median > 0).ToArray();
        var x = new LogScale(shown.Select(one => (double)one.Students), Start, End);
        var y = new LogScale(shown.Select(one => of(one).Median), Bottom, 10);
        var svg = new Svg(title, Bottom + 75);
        foreach (var students in shown.Select(one => one.Students).Distinct())
        {
            svg.Line(x[students], 10, x[students], Bottom, "class=\"grid\"");
            svg.Text(x[students], Bottom + 32, Number.Plain(students), "class=\"faint\" text-anchor=\"middle\"");
        }
        svg.Text((Start + End) / 2, Bottom + 68, "students", "class=\"faint\" text-anchor=\"middle\"");
        foreach (var tick in y.Ticks)
        {
            svg.Line(Start, y[tick], End, y[tick], "class=\"grid\"");
            svg.Text(Start - 12, y[tick] + 8, write(tick), "class=\"faint\" text-anchor=\"end\"");
        }
        List<(double At, string Name, string Colour)> names = [];
        foreach (var (i, step) in shown.GroupBy(one => one.Step).Index())
        {
            var colour = $"var(--{Colours[i % Colours.Length]})";
            var points = step
                .OrderBy(one => one.Students)
                .Select(one => (X: x[one.Students], Y: y[of(one).Median]))
                .ToArray();
            svg.Path(points, colour);
            foreach (var point in points)
            {
                svg.Circle(point.X, point.Y, 8, colour);
            }
            names.Add((points[^1].Y, Technique.Of(step.Key).Title, colour));
        }
        // Names that would lie on each other move down.
        var above = double.NegativeInfinity;
        foreach (var (at, name, colour) in names.OrderBy(name => name.At))
        {
            above = Math.Max(at + 8, above + 34);
            svg.Text(End + 20, above, name, $"style=\"fill:{colour}\" font-weight=\"600\"");
        }
        return svg.ToString();
    }

    static double Scale(double most) => (Svg.Width - Left - Right) / Math.Max(most, double.Epsilon);
}
