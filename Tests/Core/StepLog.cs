using System.Collections.Concurrent;

namespace Tests;

/// <summary>Keeps what a step writes. Nobody expects anything from a warning upwards.</summary>
sealed class StepLog : ILoggerProvider
{
    readonly ConcurrentQueue<string> lines = [];
    readonly ConcurrentQueue<string> complaints = [];
    bool forgives;

    /// <summary>What the step says in class, without level and category: "Alice: Hello".</summary>
    public IReadOnlyCollection<string> Lines => lines;

    public IReadOnlyCollection<string> Complaints => forgives ? [] : complaints;

    /// <summary>A line that cannot be written: a fault that nobody in the step expects. Null is none.</summary>
    public string? ThrowsAt { get; set; }

    /// <summary>Waits for a fault that a test provokes, and forgives it and all that is said of it.</summary>
    public async Task ForgiveAsync(string fault)
    {
        await Until.TrueAsync(() => complaints.Any(line => line.Contains(fault)), $"the log to tell of {fault}");
        forgives = true;
    }

    /// <summary>
    /// What Kestrel writes for no reason of the step's: its heartbeat was late, or the end of the server cut off a body
    /// that was still on its way.
    /// </summary>
    public static bool IsOfAMachine(string line) => line.Contains("Kestrel[22]")
        || (line.Contains("Kestrel[13]") && line.Contains("the server is shutting down"));

    public ILogger CreateLogger(string categoryName) => new Logger(categoryName, this);

    public void Dispose()
    {
    }

    sealed class Logger(string category, StepLog log) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            var text = formatter(state, exception);
            if (text == log.ThrowsAt)
            {
                throw new InvalidOperationException($"No line for: {text}");
            }
            if (logLevel >= LogLevel.Warning)
            {
                var line = $"{category}[{eventId.Id}] {text} {exception}";
                if (!IsOfAMachine(line))
                {
                    log.complaints.Enqueue(line);
                }
            }
            else if (logLevel == LogLevel.Information && !category.StartsWith("Microsoft", StringComparison.Ordinal))
            {
                log.lines.Enqueue(text);
            }
        }
    }
}
