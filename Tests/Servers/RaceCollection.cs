namespace Tests;

/// <summary>The tests of the race share its seven servers, with a browser or without.</summary>
[CollectionDefinition("Race")]
public sealed class RaceCollection : ICollectionFixture<RaceFixture>, ICollectionFixture<BrowserFixture>;
