using Xunit.Abstractions;

[assembly: TestCollectionOrderer("Tests.LongestFirst", "Tests")]

namespace Tests;

/// <summary>Collections that take long begin first, so that none of them is left alone at the end: they run one after the other within.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    static readonly string[] Longest =
        ["Browser", nameof(HostileSilenceTests), nameof(CommandTests), nameof(ClassroomStudentTests), nameof(ClassroomCommandTests), nameof(ClassroomFaultTests)];

    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections.OrderBy(collection => Array.FindIndex(Longest, name => collection.DisplayName.Contains(name, StringComparison.Ordinal)) is >= 0 and var place ? place : int.MaxValue);
}
