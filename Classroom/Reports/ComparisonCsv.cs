using System.Globalization;
using System.Text;

namespace Classroom;

/// <summary>The figures for a spreadsheet: a line for each figure of each step.</summary>
static class ComparisonCsv
{
    public static string Write(ComparisonResult result)
    {
        var text = new StringBuilder("step,figure,unit,median,least,most\n");
        foreach (var step in result.Steps)
        {
            foreach (var row in FigureSection.AllRows)
            {
                if (row.Of(step) is { } figure)
                {
                    // No field has a comma or a quote in it.
                    text.Append(CultureInfo.InvariantCulture, $"{step.Step},{row.Key},{row.Unit},")
                        .Append(CultureInfo.InvariantCulture, $"{figure.Median},{figure.Least},{figure.Most}\n");
                }
            }
            text.Append(CultureInfo.InvariantCulture, $"{step.Step},lost,,{step.Mistakes.Lost},,\n")
                .Append(CultureInfo.InvariantCulture, $"{step.Step},repeated,,{step.Mistakes.Repeated},,\n")
                .Append(CultureInfo.InvariantCulture, $"{step.Step},outOfOrder,,{step.Mistakes.Disordered},,\n");
        }
        return text.ToString();
    }
}
