namespace Classroom;

/// <summary>What ./run.sh NAME does.</summary>
interface ICommand
{
    /// <summary>The word that a person types.</summary>
    string Name { get; }

    /// <summary>What may follow the name in the list of commands: "N M".</summary>
    string Arguments { get; }

    /// <summary>What it does, in the list of commands.</summary>
    string Summary { get; }

    /// <summary>Its options, a line each; empty when there are none.</summary>
    string Options { get; }

    /// <summary>Does it.</summary>
    /// <param name="arguments">What follows the name.</param>
    /// <param name="terminal">Where it reads and writes.</param>
    /// <param name="stop">Ctrl+C.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="UsageException">The arguments are wrong.</exception>
    Task<int> RunAsync(string[] arguments, Terminal terminal, CancellationToken stop);
}
