using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.IO.Pipelines;
using System.Text.Json;
using System.Text.Json.Serialization;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(Tests.LongestFirst))]

namespace Tests;

/// <summary>The tests that use the browser run one after the other.</summary>
[CollectionDefinition("Browser")]
public sealed class BrowserCollection : ICollectionFixture<Browser>;

/// <summary>What takes longest begins first, so that the others run beside it: the browser, and a build.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    public IReadOnlyCollection<T> OrderTestCollections<T>(IReadOnlyCollection<T> testCollections)
        where T : ITestCollection =>
        [.. testCollections.OrderByDescending(one => one.TestCollectionDisplayName == "Browser"
            || one.TestCollectionDisplayName.Contains(nameof(ProgramTests)))];
}

/// <summary>
/// A Chromium with a profile of its own, by the DevTools protocol: JSON over a pipe, a zero byte after each message.
/// It is started when a test first asks for a window. It ends when the pipe does: so it does not outlive the tests,
/// however they end.
/// </summary>
public sealed class Browser : IAsyncDisposable
{
    static readonly JsonSerializerOptions json = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    readonly string folder = Directory.CreateTempSubdirectory("browser-").FullName;
    readonly ConcurrentDictionary<int, TaskCompletionSource<JsonElement>> pending = [];
    readonly ConcurrentDictionary<string, Window> windows = [];
    Process? process;
    int calls;

    /// <summary>An empty page in a window of its own. It is closed when it is disposed of.</summary>
    internal async Task<Window> OpenAsync()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows gives a program no such pipes.");
        process ??= Start(Needs.Browser());
        var target = await CallAsync("Target.createTarget", new { url = "about:blank" });
        var targetId = target.GetProperty("targetId").GetString()!;
        var attached = await CallAsync("Target.attachToTarget", new { targetId, flatten = true });
        var session = attached.GetProperty("sessionId").GetString()!;
        var window = windows[session] = new(this, targetId, session);
        await window.PrepareAsync();
        return window;
    }

    /// <summary>One command of the protocol, to the browser or to a window.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message says how.</exception>
    internal async Task<JsonElement> CallAsync(string method, object? @params = null, string? sessionId = null)
    {
        var id = Interlocked.Increment(ref calls);
        var answer = pending[id] = new(TaskCreationOptions.RunContinuationsAsynchronously);
        byte[] call = [.. JsonSerializer.SerializeToUtf8Bytes(new { id, method, @params, sessionId }, json), 0];
        lock (pending)
        {
            process!.StandardInput.BaseStream.Write(call);
            process.StandardInput.BaseStream.Flush();
        }
        return await answer.Task.WaitAsync(Until.Token);
    }

    public async ValueTask DisposeAsync()
    {
        if (process is not null)
        {
            ChildProcesses.Kill(process);
        }
        // A process that is about to end may write once more.
        await Until.TrueAsync(
            () => Record.Exception(() => Directory.Delete(folder, recursive: true)) is null, $"{folder} to be deleted");
    }

    Process Start(string program)
    {
        string[] arguments =
        [
            // The browser reads from 3, and writes to 4.
            "-c", "exec \"$0\" \"$@\" 3<&0 4>&1 2>/dev/null", program, "--remote-debugging-pipe",
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
            "--window-size=1100,850", "--lang=en-US",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
            // Only one window is in front: the others would be slowed down.
            "--disable-background-timer-throttling", "--disable-renderer-backgrounding",
            "--disable-backgrounding-occluded-windows", $"--user-data-dir={folder}/profile", "about:blank",
        ];
        var start = new ProcessStartInfo("/bin/sh", arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.Environment["HOME"] = folder; // Not all that it writes is in its profile.
        var started = ChildProcesses.Start(start);
        _ = ReceiveAsync(PipeReader.Create(started.StandardOutput.BaseStream));
        return started;
    }

    async Task ReceiveAsync(PipeReader reader)
    {
        ReadResult read;
        do
        {
            read = await reader.ReadAsync();
            var left = read.Buffer;
            while (left.PositionOf((byte)0) is { } end)
            {
                Take(JsonElement.Parse(left.Slice(0, end).ToArray()));
                left = left.Slice(left.GetPosition(1, end));
            }
            reader.AdvanceTo(left.Start, left.End);
        }
        while (!read.IsCompleted);
        foreach (var answer in pending.Values)
        {
            answer.TrySetException(new InvalidOperationException("The browser has ended."));
        }
    }

    /// <param name="message">The answer to a call, or an event of a window.</param>
    void Take(JsonElement message)
    {
        if (message.TryGetProperty("id", out var id) && pending.TryRemove(id.GetInt32(), out var answer))
        {
            if (message.TryGetProperty("error", out var error))
            {
                answer.SetException(new InvalidOperationException($"{error}"));
            }
            else
            {
                answer.SetResult(message.GetProperty("result"));
            }
        }
        else if (message.TryGetProperty("sessionId", out var session)
            && windows.TryGetValue(session.GetString()!, out var window))
        {
            window.Take(message.GetProperty("method").GetString()!, message.GetProperty("params"));
        }
    }
}
