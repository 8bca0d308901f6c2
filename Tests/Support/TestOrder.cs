using Xunit.Abstractions;

[assembly: TestCollectionOrderer("Tests.TestOrder", "Tests")]

namespace Tests;

/// <summary>
/// Collections that take long begin first, so that none of them is left alone at the end: the tests of a collection run
/// one after the other. Those that wait for the times of a step take no processor from the others meanwhile.
/// </summary>
public sealed class TestOrder : ITestCollectionOrderer
{
    static readonly string[] Longest =
    [
        nameof(VanishedClientTests),
        "Browser, silence",
        nameof(DefaultTimeTests),
        nameof(DeafClientTests),
        nameof(RunShTests),
        nameof(RaceTests),
        nameof(HostileLoadTests),
        "Browser",
        nameof(RandomFaultTests),
        nameof(InterruptTests),
        nameof(HostileInputTests),
        nameof(StoredOnceTests),
    ];

    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections.OrderBy(Place);

    static int Place(ITestCollection collection)
    {
        var place = Array.FindIndex(
            Longest, name => collection.DisplayName.Contains(name, StringComparison.Ordinal));
        return place >= 0 ? place : Longest.Length;
    }
}
