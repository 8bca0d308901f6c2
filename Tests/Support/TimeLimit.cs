using System.Collections.Concurrent;
using System.Reflection;
using Xunit.Abstractions;
using Xunit.Sdk;

[assembly: TestFramework("Tests.TimeLimit", "Tests")]

namespace Tests;

/// <summary>
/// xunit as it is, with a time limit: when a test, or what a class of tests prepares, takes longer, the run ends at
/// once and says which. Without it a hang is a run that never ends, and names nothing.
/// </summary>
public sealed class TimeLimit : XunitTestFramework
{
    /// <summary>Several times what the longest test takes on a slow machine.</summary>
    static readonly TimeSpan limit = TimeSpan.FromSeconds(
        double.TryParse(Environment.GetEnvironmentVariable("TEST_SECONDS"), out var seconds) ? seconds : 180);

    static IReadOnlyList<IXunitTestCase> selected = [];

    public TimeLimit(IMessageSink messages)
        : base(messages)
    {
    }

    /// <summary>The steps for which this run has a certain test.</summary>
    public static string[] StepsOf(string test) =>
    [
        .. selected.Where(each => each.TestMethod.Method.Name == test)
            .Select(each => (string)each.TestMethodArguments[0]),
    ];

    protected override ITestFrameworkExecutor CreateExecutor(AssemblyName assembly) =>
        new Executor(assembly, SourceInformationProvider, DiagnosticMessageSink);

    sealed class Executor(AssemblyName assembly, ISourceInformationProvider source, IMessageSink diagnostics)
        : XunitTestFrameworkExecutor(assembly, source, diagnostics)
    {
        protected override async void RunTestCases(
            IEnumerable<IXunitTestCase> cases, IMessageSink messages, ITestFrameworkExecutionOptions options)
        {
            selected = [.. cases];
            using var runner = new OrderedRunner(
                TestAssembly, selected, DiagnosticMessageSink, new Watch(messages), options);
            await runner.RunAsync();
        }
    }

    /// <summary>Sees every beginning and end, and passes them on.</summary>
    sealed class Watch : LongLivedMarshalByRefObject, IMessageSink
    {
        readonly ConcurrentDictionary<string, DateTime> running = [];
        readonly ConcurrentDictionary<string, bool> classes = [];
        readonly IMessageSink next;
        readonly Timer timer;
        DateTime last = DateTime.UtcNow;

        public Watch(IMessageSink next)
        {
            this.next = next;
            timer = new Timer(_ => Look(), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        }

        public bool OnMessage(IMessageSinkMessage message)
        {
            last = DateTime.UtcNow;
            switch (message)
            {
                case ITestStarting test:
                    running[test.Test.DisplayName] = DateTime.UtcNow;
                    break;
                case ITestFinished test:
                    running.TryRemove(test.Test.DisplayName, out _);
                    break;
                case ITestClassStarting test:
                    classes[test.TestClass.Class.Name] = true;
                    break;
                case ITestClassFinished test:
                    classes.TryRemove(test.TestClass.Class.Name, out _);
                    break;
                case ITestAssemblyFinished:
                    timer.Dispose();
                    break;
            }
            return next.OnMessage(message);
        }

        void Look()
        {
            var now = DateTime.UtcNow;
            var late = running.Where(test => now - test.Value > limit).Select(test => test.Key).ToArray();
            if (running.IsEmpty && now - last > limit)
            {
                late = [.. classes.Keys.Select(name => $"what {name} prepares or clears up")];
            }
            if (late.Length > 0)
            {
                Console.Error.WriteLine($"Not done within {limit.TotalSeconds} s: {string.Join(", ", late)}");
                Environment.Exit(1); // Which also ends the processes that tests have started.
            }
        }
    }
}
