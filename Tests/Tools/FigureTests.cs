using Classroom;

namespace Tests;

/// <summary>How figures are made from what was measured, and written.</summary>
public sealed class FigureTests
{
    [Fact]
    public void Percentiles_are_by_nearest_rank()
    {
        double[] ten = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
        Assert.Equal(
            (5, 10, 10, 1),
            (
                Statistics.Percentile(ten, 0.5),
                Statistics.Percentile(ten, 0.99),
                Statistics.Percentile(ten, 1),
                Statistics.Percentile(ten, 0.01)));
        Assert.Equal(99, Statistics.Percentile([.. Enumerable.Range(1, 100).Select(i => (double)i)], 0.99));
        Assert.Equal(7, Statistics.Percentile([7], 0.5));
        Assert.Equal(double.NaN, Statistics.Percentile([], 0.5));
    }

    [Fact]
    public void Numbers_are_written_with_two_digits_and_a_unit()
    {
        Assert.Equal(
            ["0", "0.14", "1.8", "37", "7,900", "120,000"],
            new[] { 0, 1 / 7.0, 1.84, 37.2, 7_909, 123_456 }.Select(Number.Plain));
        Assert.Equal(
            ["0", "15 µs", "150 µs", "1.5 ms", "150 ms", "1.0 s", "1.5 s", "15 s"],
            new[] { 0, 0.0154, 0.154, 1.54, 154, 999.9, 1_540, 15_400 }.Select(Number.Time));
        Assert.Equal(["below 1 ms", "1 ms", "4.8 s"], new[] { 0.3, 1, 4_790 }.Select(Number.Delay));
        Assert.Equal(
            ["630 B", "1 KB", "21 KB", "1.1 MB"],
            new[] { 632.0, 999, 20_600, 1_130_000 }.Select(Number.Bytes));
    }

    [Fact]
    public void A_figure_is_the_median_and_says_so_where_it_cannot_be_told_from_noise()
    {
        var row = new FigureRow("cpu", "processor", "ms", step => step.KeepCpu, Number.Time, "");
        Assert.Equal(("3 ms", "1–9 ms"), Written(new([9, 1, 3], Noise: 2)));
        Assert.Equal(("≈ 0", ""), Written(new([9, 1, 3], Noise: 4)));
        Assert.Equal(("3 ms", ""), Written(new([3, 3.01, 2.99])));
        Assert.Equal(("–", ""), Written(null));
        Assert.Equal(("≈ 0", ""), Written(new([-9, -1, -3], Noise: 2)));
        Assert.Equal(("3 ms", "0–9 ms"), Written(new([9, -1, 3])));

        (string Median, string Range) Written(Figure? figure)
        {
            var step = new StepFigures("03-LongPolling") { KeepCpu = figure };
            return (row.Median(step), row.Range(step));
        }
    }
}
