namespace Tests;

/// <summary>The tests that share a browser's two windows run one after the other.</summary>
[CollectionDefinition("Browser")]
public sealed class BrowserCollection : ICollectionFixture<BrowserFixture>;

/// <summary>Those that mostly wait have another browser, so that they do it while the others work.</summary>
[CollectionDefinition("Browser, waiting")]
public sealed class BrowserWaitingCollection : ICollectionFixture<BrowserFixture>;
