using System.Globalization;
using System.Net;
using System.Text;

namespace Classroom;

/// <summary>A drawing for a page; its colours are those of the page's style.</summary>
/// <param name="title">What is drawn, for those who do not see it.</param>
/// <param name="height">In the units in which it is <see cref="Width"/> wide.</param>
sealed class Svg(string title, double height)
{
    public const double Width = 1200;

    readonly StringBuilder body = new();

    public void Line(double x1, double y1, double x2, double y2, string attributes) =>
        Add($"<line x1=\"{x1:0.#}\" y1=\"{y1:0.#}\" x2=\"{x2:0.#}\" y2=\"{y2:0.#}\" {attributes}/>");

    public void Circle(double x, double y, double radius, string colour) =>
        Add($"<circle cx=\"{x:0.#}\" cy=\"{y:0.#}\" r=\"{radius:0.#}\" fill=\"{colour}\"/>");

    public void Rectangle(double x, double y, double width, double height, string colour) =>
        Add($"<rect x=\"{x:0.#}\" y=\"{y:0.#}\" width=\"{width:0.#}\" height=\"{height:0.#}\" fill=\"{colour}\"/>");

    public void Text(double x, double y, string text, string attributes = "") =>
        Add($"<text x=\"{x:0.#}\" y=\"{y:0.#}\" {attributes}>{WebUtility.HtmlEncode(text)}</text>");

    public void Path(IEnumerable<(double X, double Y)> points, string colour)
    {
        var at = points.Select(point => string.Create(CultureInfo.InvariantCulture, $"{point.X:0.#},{point.Y:0.#}"));
        Add($"<polyline fill=\"none\" stroke-width=\"5\" stroke=\"{colour}\" points=\"{string.Join(' ', at)}\"/>");
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"""
        <svg viewBox="0 0 {Width} {height:0.#}" role="img" aria-label="{WebUtility.HtmlEncode(title)}">
        {body}</svg>
        """);

    void Add(FormattableString element) =>
        body.Append(element.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
