using Classroom;

namespace Tests;

/// <summary>The table of techniques.</summary>
public sealed class TechniqueTests
{
    [Fact]
    public void It_has_a_row_for_each_folder_of_a_step()
    {
        var folders = Directory.GetDirectories(Repository.Root, "??-*").Select(folder => Path.GetFileName(folder));
        Assert.Equal(folders.Order(StringComparer.Ordinal), Repository.Steps());
        Assert.Equal(Enumerable.Range(1, Technique.All.Count), Technique.All.Select(technique => technique.Number));
        Assert.All(
            Technique.All,
            technique => Assert.StartsWith($"{technique.Number:00}-", technique.Folder, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("3")]
    [InlineData("03")]
    [InlineData("03-LongPolling")]
    [InlineData("03-longpolling")]
    [InlineData("03-LongPolling/")]
    [InlineData(@"03-LongPolling\")]
    public void A_step_is_found_by_what_a_person_types(string typed) =>
        Assert.Equal("03-LongPolling", Technique.Of(typed).Folder);

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("003")]
    [InlineData("03-")]
    [InlineData("LongPolling")]
    [InlineData("99")]
    public void What_is_no_step_is_not_found(string typed)
    {
        Assert.Null(Technique.Find(typed));
        Assert.Throws<ArgumentException>(() => Technique.Of(typed));
    }
}
