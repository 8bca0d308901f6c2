using System.Reflection;
using Xunit.Sdk;
using Xunit.v3;

namespace Tests;

/// <summary>
/// The steps that a theory is about, by their numbers. <c>--filter Step=4</c> finds those of one.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class StepsAttribute(params int[] numbers) : DataAttribute
{
    /// <summary>
    /// The one limit of time that there is, in milliseconds: for what hangs, not for what is slow.
    /// </summary>
    public const int Hang = 10 * 60 * 1000;

    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(
        MethodInfo testMethod, DisposalTracker disposalTracker) => new([.. numbers.Select(Row)]);

    public override bool SupportsDiscoveryEnumeration() => true;

    static TheoryDataRow<int> Row(int number) =>
        new TheoryDataRow<int>(number).WithTrait("Step", $"{number}").WithTimeout(Hang);
}
