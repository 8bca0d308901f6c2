using Xunit.Abstractions;
using Xunit.Sdk;

namespace Tests;

/// <summary>
/// Runs the collections of tests some at a time, and each begins in its turn: see <see cref="TestOrder"/>. xunit's own
/// runner hands them all to the thread pool at once, which begins them as it likes.
/// </summary>
sealed class OrderedRunner(
    ITestAssembly assembly,
    IEnumerable<IXunitTestCase> cases,
    IMessageSink diagnostics,
    IMessageSink messages,
    ITestFrameworkExecutionOptions options)
    : XunitTestAssemblyRunner(assembly, cases, diagnostics, messages, options)
{
    /// <summary>So many as xunit's own runner wants: some tests block theirs.</summary>
    const int Threads = 4;

    protected override async Task<RunSummary> RunTestCollectionsAsync(IMessageBus bus, CancellationTokenSource ending)
    {
        ThreadPool.GetMinThreads(out var workers, out var ports);
        ThreadPool.SetMinThreads(Math.Max(workers, Threads), ports);
        var all = new RunSummary();
        var gate = new Lock();
        var some = new ParallelOptions { MaxDegreeOfParallelism = ExecutionOptions.MaxParallelThreadsOrDefault() };
        await Parallel.ForEachAsync(OrderTestCollections(), some, async (collection, _) =>
        {
            if (ending.IsCancellationRequested)
            {
                return;
            }
            var summary = await RunTestCollectionAsync(bus, collection.Item1, collection.Item2, ending);
            lock (gate)
            {
                all.Aggregate(summary);
            }
        });
        return all;
    }
}
