namespace Tests;

/// <summary>
/// Alone, after all others: how late messages are says nothing while other tests want the processor as well.
/// </summary>
[CollectionDefinition("Alone", DisableParallelization = true)]
public sealed class AloneCollection;
