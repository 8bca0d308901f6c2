using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace Tests;

/// <summary>
/// For a scenario that is mostly waiting: its test, which is one for each step, runs for all of them at once.
/// </summary>
static class AtOnce
{
    static readonly ConcurrentDictionary<string, Lazy<Dictionary<string, Task<string>>>> started = [];

    /// <summary>One step's turn. Whoever asks first starts it for all steps of this run.</summary>
    /// <returns>What there is to tell.</returns>
    public static Task<string> RunAsync(
        string step, Func<string, Task<string>> scenario, [CallerMemberName] string test = "")
    {
        var tasks = started.GetOrAdd(test, _ => new(() =>
            TimeLimit.StepsOf(test).ToDictionary(each => each, each => Task.Run(() => scenario(each)))));
        return tasks.Value[step];
    }
}
