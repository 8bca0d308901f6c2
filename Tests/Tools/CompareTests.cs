using System.Net;
using System.Text.Json;
using Classroom;

namespace Tests;

/// <summary>The comparison, end to end on tiny classes.</summary>
public sealed class CompareTests
{
    [Fact]
    public async Task Compare_measures_a_tiny_class_and_writes_the_table_the_figures_and_the_page()
    {
        var folder = Directory.CreateTempSubdirectory().FullName;
        var (json, html) = (Path.Combine(folder, "figures.json"), Path.Combine(folder, "page.html"));
        var (exitCode, output, error) = await Tool.RunAsync(
            "compare --steps 02,3,04-WebSockets,5,06 --students 3 --rate 240 --seconds 1 --idle 0.2 --crowd 3 " +
            $"--cold --no-build --json {json} --html {html}");
        Assert.True(exitCode == 0, output + error);
        Assert.Contains("3 students sit down", error);

        var rows = output.Split('\n')
            .Where(line => line.StartsWith('|'))
            .Select(line => line.Trim('|').Split('|').Select(cell => cell.Trim()).ToArray())
            .ToArray();
        Assert.Equal(CompareCommand.Columns, rows[0]);
        Assert.All(rows[1], cell => Assert.Matches("^-+:?$", cell));
        Assert.Equal(
            Repository.Steps().Skip(1).Select(step => step.Replace('-', ' ')), rows[2..].Select(row => row[0]));
        Assert.All(rows[2..], row => Assert.Equal(["0", "0", "0"], row[^3..]));
        Assert.All(rows[2..], row => Assert.Equal(rows[0].Length, row.Length));

        using var figures = JsonDocument.Parse(await File.ReadAllTextAsync(json));
        var byStep = figures.RootElement.GetProperty("figures").EnumerateArray().ToDictionary(
            figure => Technique.Of(figure.GetProperty("step").GetString()!).Number);
        Assert.All(byStep.Values, figure =>
        {
            Assert.Equal(
                (3, 4, 12),
                (
                    figure.GetProperty("students").GetInt32(),
                    figure.GetProperty("sent").GetInt32(),
                    figure.GetProperty("delivered").GetInt32()));
            Assert.True(figure.GetProperty("delayMedian").GetDouble() > 0);
            Assert.True(figure.GetProperty("bytesUp").GetInt64() > 0 && figure.GetProperty("bytesDown").GetInt64() > 0);
            Assert.True(figure.GetProperty("cpu").GetDouble() > 0);
            Assert.Equal(JsonValueKind.Null, figure.GetProperty("memoryPerClient").ValueKind);
        });
        // What each technique is about, in numbers that do not depend on the machine.
        Assert.True(byStep[2].GetProperty("nothingNew").GetInt64() >= 3);
        Assert.Equal(3, byStep[4].GetProperty("requests").GetInt64());
        Assert.Equal(3 + 4, byStep[5].GetProperty("requests").GetInt64());
        Assert.True(byStep[3].GetProperty("requests").GetInt64() > 3 + 4);
        Assert.True(byStep[4].GetProperty("events").GetInt64() >= 4);

        var page = WebUtility.HtmlDecode(await File.ReadAllTextAsync(html));
        Assert.Equal(3, page.Split("<svg").Length - 1);
        Assert.All(CompareCommand.Columns, column => Assert.Contains($"{column}</th>", page));
        Assert.DoesNotContain("<script", page);
        Assert.DoesNotContain("http:", page);
        Assert.DoesNotContain("NaN", page);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Growth_measures_several_sizes_and_says_which_limit_it_met()
    {
        var html = Path.GetTempFileName();
        var (exitCode, output, error) = await Tool.RunAsync(
            "compare --growth --students 4,2,19000 --steps 4 --rate 240 --seconds 0.5 --cold --no-build --html " +
            $"{html}");
        Assert.True(exitCode == 0, output + error);
        var rows = output.Split('\n').Where(
            line => line.StartsWith("| 04 WebSockets", StringComparison.Ordinal)).ToArray();
        Assert.Equal(["2", "4"], rows.Select(row => row.Split('|')[2].Trim()));
        Assert.Matches("19000 students were not seated. The limit that was met is (open files|the steps)", output);
        Assert.Contains("<polyline", await File.ReadAllTextAsync(html));
        File.Delete(html);
    }
}
