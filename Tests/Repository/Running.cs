using System.Collections.Concurrent;
using System.Diagnostics;

namespace Tests;

/// <summary>A program that runs, and what it writes. It is gone when this is disposed of.</summary>
sealed class Running : IDisposable
{
    readonly Process process;

    public Running(ProcessStartInfo start)
    {
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        process = Process.Start(start)!;
        process.StandardInput.Close();
        process.OutputDataReceived += (_, written) => Keep(written.Data, Output);
        process.ErrorDataReceived += (_, written) => Keep(written.Data, Errors);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public ConcurrentQueue<string> Output { get; } = [];

    public ConcurrentQueue<string> Errors { get; } = [];

    public string All => string.Join('\n', [.. Output, .. Errors]);

    /// <summary>Waits for a line that has this, and returns what follows it.</summary>
    public async Task<string> WritesAsync(string text)
    {
        var end = process.WaitForExitAsync(Until.Token);
        await Until.TrueAsync(() => end.IsCompleted || All.Contains(text), $"\"{text}\"");
        Assert.Contains(text, All);
        return All.Split(text, 2)[1].Split('\n')[0];
    }

    public async Task<Uri> ListensAsync() => new(await WritesAsync("Now listening on: "));

    /// <summary>Waits for its end, and returns its exit code.</summary>
    public async Task<int> EndsAsync()
    {
        await process.WaitForExitAsync(Until.Token);
        return process.ExitCode;
    }

    public void Dispose()
    {
        process.Kill(entireProcessTree: true);
        process.Dispose();
    }

    static void Keep(string? line, ConcurrentQueue<string> lines)
    {
        if (line is not null)
        {
            lines.Enqueue(line);
        }
    }
}
