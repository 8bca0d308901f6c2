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
    public void Numbers_are_written_with_few_digits_and_a_unit()
    {
        Assert.Equal(
            ["0.8 ms", "35 ms", "4.2 s", "12 s", "–"],
            new[] { 0.84, 35.4, 4_240, 12_400, double.NaN }.Select(Unit.Time));
        Assert.Equal(
            ["0", "0.143", "1.8", "37", "7,909", "–"],
            new[] { 0, 1 / 7.0, 1.84, 37.2, 7_909, double.NaN }.Select(Unit.Number));
    }
}
