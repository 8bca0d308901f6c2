using System.Globalization;
using System.Net;
using System.Text;

namespace Classroom;

/// <summary>Plots as SVG, drawn for a projector: 640 units wide, large type, colours from the page's style.</summary>
static class Chart
{
    const double Width = 640;
    const double RowHeight = 58;
    const double Left = 165;
    const double Right = 75;

    static readonly string[] Colours = ["a", "b", "c", "d", "e", "f"];

    /// <summary>
    /// For each step a line from the median over the 99th percentile to the worst, on a logarithmic scale.
    /// </summary>
    public static string Delays(string title, IReadOnlyList<Figures> figures)
    {
        var shown = figures.Where(one => double.IsFinite(one.DelayMedian)).ToArray();
        var scale = new LogScale(
            shown.SelectMany(one => new[] { one.DelayMedian, one.DelayWorst }), Left, Width - Right);
        var height = shown.Length * RowHeight + 50;
        var svg = new Svg(title, height);
        foreach (var tick in scale.Ticks)
        {
            svg.Line(scale[tick], 0, scale[tick], height - 45, "class=\"grid\"");
            svg.Text(scale[tick], height - 20, ShortTime(tick), "class=\"faint\" text-anchor=\"middle\"");
        }
        foreach (var (i, one) in shown.Index())
        {
            var y = i * RowHeight + RowHeight / 2 + 6;
            svg.Text(0, y + 7, Name(one));
            svg.Line(scale[one.DelayMedian], y, scale[one.DelayWorst], y, "stroke=\"var(--a)\" stroke-width=\"4\"");
            svg.Line(scale[one.Delay99], y - 11, scale[one.Delay99], y + 11, "stroke=\"var(--a)\" stroke-width=\"4\"");
            svg.Circle(scale[one.DelayMedian], y, 10, "var(--a)");
            svg.Text(Math.Max(scale[one.DelayMedian], Left + 42), y - 17, Unit.Time(one.DelayMedian),
                "text-anchor=\"middle\" font-weight=\"600\"");
        }
        return svg.Figure(
            "The dot is the median, the bar the 99th percentile, the end of the line the worst. The scale is "
            + "logarithmic.");
    }

    /// <summary>For each step two figures end to end.</summary>
    public static string Bars(
        string title, string first, string second, IReadOnlyList<Figures> figures, Func<Figures, double> a,
        Func<Figures, double> b)
    {
        var shown = figures.Where(one => double.IsFinite(a(one) + b(one))).ToArray();
        var most = shown.Select(one => a(one) + b(one)).Append(double.Epsilon).Max();
        var height = shown.Length * RowHeight + 45;
        var svg = new Svg(title, height);
        svg.Rectangle(Left, 8, 18, 18, "var(--a)");
        svg.Text(Left + 25, 24, first, "class=\"faint\"");
        svg.Rectangle(Left + 250, 8, 18, 18, "var(--b)");
        svg.Text(Left + 275, 24, second, "class=\"faint\"");
        foreach (var (i, one) in shown.Index())
        {
            var y = i * RowHeight + 45;
            var scale = (Width - Left - Right) / most;
            svg.Text(0, y + 26, Name(one));
            svg.Rectangle(Left, y, a(one) * scale, 36, "var(--a)");
            svg.Rectangle(Left + a(one) * scale, y, b(one) * scale, 36, "var(--b)");
            svg.Text(Left + (a(one) + b(one)) * scale + 8, y + 26, Unit.Number(a(one) + b(one)), "font-weight=\"600\"");
        }
        return svg.Figure();
    }

    /// <summary>For each step a line over the number of students; both scales are logarithmic.</summary>
    public static string Lines(
        string title, IReadOnlyList<Figures> figures, Func<Figures, double> value, Func<double, string> label)
    {
        const double Bottom = 330;
        const double Start = 100;
        const double End = Width - 200;
        var shown = figures.Where(one => value(one) is > 0 and < double.PositiveInfinity).ToArray();
        var x = new LogScale(shown.Select(one => (double)one.Students), Start, End, wholeDecades: false);
        var y = new LogScale(shown.Select(value), Bottom, 20);
        var svg = new Svg(title, Bottom + 60);
        foreach (var students in shown.Select(one => one.Students).Distinct())
        {
            svg.Line(x[students], 20, x[students], Bottom, "class=\"grid\"");
            svg.Text(x[students], Bottom + 25, Unit.Count(students), "class=\"faint\" text-anchor=\"middle\"");
        }
        svg.Text((Start + End) / 2, Bottom + 52, "students", "class=\"faint\" text-anchor=\"middle\"");
        foreach (var tick in y.Ticks)
        {
            svg.Line(Start, y[tick], End, y[tick], "class=\"grid\"");
            svg.Text(Start - 10, y[tick] + 6, label(tick), "class=\"faint\" text-anchor=\"end\"");
        }
        List<(double At, string Name, string Colour)> names = [];
        foreach (var (i, step) in shown.GroupBy(one => one.Step).Index())
        {
            var colour = $"var(--{Colours[i % Colours.Length]})";
            var points = step.OrderBy(one => one.Students).Select(
                one => (X: x[one.Students], Y: y[value(one)])).ToArray();
            svg.Path(points, colour);
            foreach (var point in points)
            {
                svg.Circle(point.X, point.Y, 6, colour);
            }
            names.Add((points[^1].Y, Name(step.First()), colour));
        }
        var above = double.NegativeInfinity;
        foreach (var (at, name, colour) in names.OrderBy(one => one.At))
        {
            above = Math.Max(at + 6, above + 22); // Names that would lie on each other move down.
            svg.Text(End + 14, above, name, $"style=\"fill:{colour}\" font-weight=\"600\"");
        }
        return svg.Figure("Both scales are logarithmic.");
    }

    static string Name(Figures one) => one.Step.Replace('-', ' ');

    /// <summary>A decade of milliseconds, as "1 ms" or "10 s".</summary>
    public static string ShortTime(double milliseconds) => milliseconds >= 1000
        ? string.Create(CultureInfo.InvariantCulture, $"{milliseconds / 1000:0} s")
        : string.Create(CultureInfo.InvariantCulture, $"{milliseconds:0.##} ms");

    /// <summary>The decades around some values, or just their range, laid out between two positions.</summary>
    sealed class LogScale
    {
        readonly double low;
        readonly double high;
        readonly double from;
        readonly double to;

        public LogScale(IEnumerable<double> values, double from, double to, bool wholeDecades = true)
        {
            var logs = values.Where(value => value > 0).Select(Math.Log10).DefaultIfEmpty(0).ToArray();
            (low, high) = wholeDecades ? (Math.Floor(logs.Min()), Math.Ceiling(logs.Max())) : (logs.Min(), logs.Max());
            high = high > low ? high : low + 1;
            (this.from, this.to) = (from, to);
        }

        public IEnumerable<double> Ticks =>
            Enumerable.Range((int)Math.Ceiling(low), (int)(high - low) + 1).Select(power => Math.Pow(10, power));

        public double this[double value] =>
            from + (Math.Log10(Math.Max(value, Math.Pow(10, low))) - low) / (high - low) * (to - from);
    }

    sealed class Svg(string title, double height)
    {
        readonly StringBuilder body = new();

        public void Line(double x1, double y1, double x2, double y2, string attributes) =>
            Add($"<line x1=\"{x1:0.#}\" y1=\"{y1:0.#}\" x2=\"{x2:0.#}\" y2=\"{y2:0.#}\" ", attributes + "/>");

        public void Circle(double x, double y, double radius, string colour) =>
            Add($"<circle cx=\"{x:0.#}\" cy=\"{y:0.#}\" r=\"{radius:0.#}\" ", $"fill=\"{colour}\"/>");

        public void Rectangle(double x, double y, double width, double height, string colour) =>
            Add($"<rect x=\"{x:0.#}\" y=\"{y:0.#}\" width=\"{width:0.#}\" height=\"{height:0.#}\" ",
                $"fill=\"{colour}\"/>");

        public void Text(double x, double y, string text, string attributes = "") =>
            Add($"<text x=\"{x:0.#}\" y=\"{y:0.#}\" ", $"{attributes}>{WebUtility.HtmlEncode(text)}</text>");

        public void Path(IReadOnlyList<(double X, double Y)> points, string colour)
        {
            var at = points.Select(point =>
                string.Create(CultureInfo.InvariantCulture, $"{point.X:0.#},{point.Y:0.#}"));
            Add($"<polyline fill=\"none\" stroke-width=\"4\" ",
                $"stroke=\"{colour}\" points=\"{string.Join(' ', at)}\"/>");
        }

        /// <summary>The figures themselves are in the page's table, for those who do not see the plot.</summary>
        public string Figure(string explanation = "") => string.Create(CultureInfo.InvariantCulture, $"""
            <figure>
            <figcaption>{WebUtility.HtmlEncode(title)}</figcaption>
            <svg viewBox="0 0 {Width} {height:0.#}" role="img" aria-label="{WebUtility.HtmlEncode(title)}">
            {body}</svg>
            <p>{WebUtility.HtmlEncode(explanation)}</p>
            </figure>
            """);

        void Add(FormattableString start, string end) =>
            body.Append(start.ToString(CultureInfo.InvariantCulture)).Append(end).Append('\n');
    }
}
