using Xunit.Abstractions;
using Xunit.Sdk;

namespace Tests;

/// <summary>Finds pictures to make only if the environment variable PICTURES names a folder for them.</summary>
public sealed class PictureDiscoverer(IMessageSink messages) : FactDiscoverer(messages)
{
    /// <summary>Where pictures are put; null without a wish for any.</summary>
    public static string? Folder { get; } = Environment.GetEnvironmentVariable("PICTURES");

    public override IEnumerable<IXunitTestCase> Discover(
        ITestFrameworkDiscoveryOptions options, ITestMethod method, IAttributeInfo fact) =>
        string.IsNullOrEmpty(Folder) ? [] : base.Discover(options, method, fact);
}
