namespace Tests;

/// <summary>How figures are made from what was measured, and written.</summary>
public sealed class FigureTests
{
    [Theory]
    [InlineData(0.5, 5)]
    [InlineData(0.99, 10)]
    [InlineData(1, 10)]
    [InlineData(0.01, 1)]
    public void Percentiles_are_by_nearest_rank(double share, double value) =>
        Assert.Equal(value, Figure.Percentile([10, 1, 9, 2, 8, 3, 7, 4, 6, 5], share));

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

    [Theory]
    [InlineData("3 ms", "1–9 ms", 2, new[] { 9.0, 1, 3 })]
    [InlineData("≈ 0", "", 4, new[] { 9.0, 1, 3 })]
    [InlineData("3 ms", "", 0, new[] { 3, 3.01, 2.99 })]
    [InlineData("≈ 0", "", 2, new[] { -9.0, -1, -3 })]
    [InlineData("3 ms", "0–9 ms", 0, new[] { 9.0, -1, 3 })]
    [InlineData("1.2 ms", "900 µs–2 ms", 0, new[] { 0.9, 1.2, 2 })]
    public void A_figure_is_the_median_and_says_so_where_it_cannot_be_told_from_noise(
        string median, string range, double noise, double[] rounds)
    {
        var row = new FigureRow("key", "name", Number.Time, "");
        var step = new StepFigures("03-LongPolling");
        Array.ForEach(rounds, round => step.Add("key", round, noise));
        Assert.Equal((median, range), (row.Median(step), row.Range(step)));
        Assert.Equal(("–", ""), (row.Median(new("03-LongPolling")), row.Range(new("03-LongPolling"))));
    }
}
