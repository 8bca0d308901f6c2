using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Tests;

/// <summary>
/// A log that cannot write that somebody says something: a fault in the middle of a step, as nobody expects one. It
/// keeps what is written as an error.
/// </summary>
sealed class FaultyLogger(string text) : ILoggerProvider, ILogger
{
    readonly ConcurrentQueue<string> errors = [];

    /// <summary>With the stack trace of what was thrown.</summary>
    public IReadOnlyCollection<string> Errors => errors;

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        var line = formatter(state, exception);
        if (logLevel >= LogLevel.Error)
        {
            errors.Enqueue($"{line} {exception}");
        }
        else if (line.EndsWith(text, StringComparison.Ordinal))
        {
            throw new InvalidOperationException($"No line for: {text}");
        }
    }

    public void Dispose()
    {
    }
}
