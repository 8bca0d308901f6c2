using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Tests;

/// <summary>
/// Keeps what a step that runs in the tests' process writes from warning upwards: nobody expects any of it.
/// </summary>
sealed class FailureLogger : ILoggerProvider
{
    readonly ConcurrentQueue<string> failures = [];

    /// <summary>Fails if anything was written but what a busy machine brings about.</summary>
    public void AssertQuiet() => Assert.All(failures, line => Assert.True(StepLog.IsExpected(line), line));

    public ILogger CreateLogger(string category) => new Logger(category, failures);

    public void Dispose()
    {
    }

    sealed class Logger(string category, ConcurrentQueue<string> failures) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel level) => level >= LogLevel.Warning;

        public void Log<TState>(
            LogLevel level, EventId id, TState state, Exception? exception, Func<TState, Exception?, string> format)
        {
            if (IsEnabled(level))
            {
                failures.Enqueue($"{level}: {category}[{id.Id}] {format(state, exception)} {exception}");
            }
        }
    }
}
