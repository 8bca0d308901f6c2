using Classroom;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Tests;

/// <summary>
/// Gives each test of a <see cref="StepTheoryAttribute"/> the trait Step, with the number of its step.
/// </summary>
public sealed class StepTheoryDiscoverer(IMessageSink messages) : TheoryDiscoverer(messages)
{
    protected override IEnumerable<IXunitTestCase> CreateTestCasesForDataRow(
        ITestFrameworkDiscoveryOptions options, ITestMethod method, IAttributeInfo theory, object[] row)
    {
        foreach (var test in base.CreateTestCasesForDataRow(options, method, theory, row))
        {
            test.Traits["Step"] = [$"{Technique.Of((string)row[0]).Number}"];
            yield return test;
        }
    }
}
