namespace Tests;

/// <summary>The attacks on one and the same servers come one after the other.</summary>
[CollectionDefinition("Hostile")]
public sealed class HostileCollection : ICollectionFixture<AttackedServers>;
