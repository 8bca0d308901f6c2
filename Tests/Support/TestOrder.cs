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
        "Browser",
        "Browser, waiting",
        "Browser, sending",
        "Browser, silence",
        "Race",
        Of<VanishedClientTests>(),
        Of<MeasuringTests>(),
        Of<CompareTests>(),
        "Hostile",
        Of<DefaultTimeTests>(),
        Of<DeafClientTests>(),
        Of<RunShTests>(),
        Of<PublishedStepTests>(),
        Of<RandomFaultTests>(),
        Of<StoredOnceTests>(),
        Of<InterruptTests>(),
        Of<WebSocketTests>(),
        Of<CloseCodeTests>(),
    ];

    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections.OrderBy(Place);

    static int Place(ITestCollection collection)
    {
        var place = Array.IndexOf(Longest, collection.DisplayName);
        return place >= 0 ? place : Longest.Length;
    }

    /// <summary>What xunit calls the collection of a class that is in no other.</summary>
    static string Of<T>() => $"Test collection for {typeof(T).FullName}";
}
