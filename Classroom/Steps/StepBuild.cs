using System.Diagnostics;

namespace Classroom;

/// <summary>Builds steps with the SDK.</summary>
static class StepBuild
{
    /// <param name="steps">The steps' folders.</param>
    /// <param name="configuration">"Debug" or "Release".</param>
    /// <exception cref="InvalidOperationException">A step does not build; the message has what the SDK
    /// said.</exception>
    public static async Task RunAsync(
        IEnumerable<string> steps, string configuration, CancellationToken cancellation)
    {
        string[] arguments =
        [
            "build",
            Path.Combine(Repository.Root, "Classroom", "Steps", "Steps.proj"),
            "--configuration", configuration,
            $"-property:Only={string.Join('|', steps)}",
            "-nologo",
            "-verbosity:quiet",
            // No build server stays behind.
            "-nodeReuse:false",
            "-property:UseSharedCompilation=false",
        ];
        var start = new ProcessStartInfo("dotnet", arguments)
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var build = ChildProcesses.Start(start);
        try
        {
            build.StandardInput.Close();
            var said = await Task.WhenAll(
                build.StandardOutput.ReadToEndAsync(cancellation),
                build.StandardError.ReadToEndAsync(cancellation));
            await build.WaitForExitAsync(cancellation);
            if (build.ExitCode != 0)
            {
                throw new InvalidOperationException($"The steps do not build:\n{string.Concat(said).Trim()}");
            }
        }
        finally
        {
            ChildProcesses.Kill(build);
        }
    }
}
