namespace Tests;

/// <summary>Those that break a connection in the middle of sending have a browser of their own as well.</summary>
[CollectionDefinition("Browser, sending")]
public sealed class BrowserSendingCollection : ICollectionFixture<BrowserFixture>;

/// <summary>So have those that wait as long as a page does by default.</summary>
[CollectionDefinition("Browser, silence")]
public sealed class BrowserSilenceCollection : ICollectionFixture<BrowserFixture>;
