using System.Diagnostics;

namespace Classroom;

/// <summary>Runs the tests of some steps. All tests are run by the scripts, which need nothing of this.</summary>
sealed class TestCommand : ICommand
{
    public string Name => "test";

    public string Arguments => "[STEP]";

    public string Summary => "runs every test, or those of a step";

    public string Options => """
            The options are those of dotnet test, for example:
            --filter NAME      the tests whose full name contains NAME
            --list-tests       names the tests, and runs none
        """;

    public async Task<int> RunAsync(string[] arguments, Terminal terminal, CancellationToken stop)
    {
        var options = TestOptions.Parse(arguments);
        var start = new ProcessStartInfo("dotnet", options.ForDotnet()) { WorkingDirectory = Repository.Root };
        using var tests = ChildProcesses.Start(start);
        try
        {
            await tests.WaitForExitAsync(stop);
            return tests.ExitCode;
        }
        finally
        {
            ChildProcesses.Kill(tests);
        }
    }
}
