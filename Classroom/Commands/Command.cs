namespace Classroom;

/// <summary>A command of run.sh.</summary>
/// <param name="Name">The word that a person types.</param>
/// <param name="Arguments">What may follow the name, in the list of commands: "N M".</param>
/// <param name="Summary">What it does, in the list of commands.</param>
/// <param name="Help">Its options, a line each.</param>
/// <param name="RunAsync">Does it with what follows the name, until Ctrl+C, and returns the exit code.</param>
sealed record Command(
    string Name,
    string Arguments,
    string Summary,
    string Help,
    Func<string[], Terminal, CancellationToken, Task<int>> RunAsync)
{
    /// <param name="runAsync">Gets its options, as <see cref="Options.Parse"/> reads them.</param>
    public static Command Of<TOptions>(
        string name,
        string arguments,
        string summary,
        Func<TOptions, Terminal, CancellationToken, Task<int>> runAsync,
        string help)
        where TOptions : new() => new(
            name,
            arguments,
            summary,
            help,
            (typed, terminal, stop) => runAsync(Options.Parse<TOptions>(typed), terminal, stop));
}
