using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Classroom;

namespace Tests;

/// <summary>The lecturer's commands, end to end on tiny classes, and what they say to a wrong command line.</summary>
public sealed class ClassroomCommandTests
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("compare --students 0", "--students")]
    [InlineData("compare --students -5", "--students")]
    [InlineData("compare --students abc", "--students")]
    [InlineData("compare --students 1.5", "--students")]
    [InlineData("compare --students 99999999999", "--students")]
    [InlineData("compare --students 10,20", "--students")]
    [InlineData("compare --students 19000", "10000 connections|ulimit")]
    [InlineData("compare --students", "--students")]
    [InlineData("compare --students 5 --students 6", "--students")]
    [InlineData("compare --growth --students 10,x", "--students")]
    [InlineData("compare --rate 0", "--rate")]
    [InlineData("compare --rate NaN", "--rate")]
    [InlineData("compare --seconds -1", "--seconds")]
    [InlineData("compare --idle soon", "--idle")]
    [InlineData("compare --steps 99", "99")]
    [InlineData("compare --steps 2,,3", "no step")]
    [InlineData("compare --json /there/is/no/such/folder.json", "/there/is/no/such/folder.json")]
    [InlineData("compare --html /", "--html")]
    [InlineData("compare --wrong", "--wrong")]
    [InlineData("compare 3", "3")]
    [InlineData("burst --steps 1", "01-HttpRefresh")]
    [InlineData("burst --students 0", "--students")]
    [InlineData("burst now", "now")]
    [InlineData("break", "break 4")]
    [InlineData("break 99", "99")]
    [InlineData("break 3 4", "one step")]
    [InlineData("break 3 --port 0", "--port")]
    [InlineData("break 3 --port 70000", "--port")]
    [InlineData("mend", "mend")]
    public async Task A_wrong_command_line_is_one_clear_line_and_exit_code_2(string commandLine, string says)
    {
        var (exitCode, output, error) = await RunAsync(commandLine);
        Assert.Equal(2, exitCode);
        Assert.Equal("", output);
        Assert.Single(error.Trim().Split('\n'));
        Assert.Matches(says, error);
    }

    [Fact]
    public async Task Without_a_command_the_usage_is_shown()
    {
        var (exitCode, output, error) = await RunAsync("");
        Assert.Equal((0, ""), (exitCode, error));
        Assert.All(["compare", "burst", "break", "--growth"], word => Assert.Contains(word, output));
    }

    [Fact]
    public async Task Compare_measures_a_tiny_class_and_writes_the_table_the_figures_and_the_page()
    {
        var folder = Directory.CreateTempSubdirectory().FullName;
        var (json, html) = (Path.Combine(folder, "figures.json"), Path.Combine(folder, "page.html"));
        var six = Repository.FindStep("6") is null ? "" : ",06";
        var (exitCode, output, error) = await RunAsync($"compare --steps 02,3,04-WebSockets,5{six} --students 3 --rate 240 --seconds 1 --idle 0.2 --crowd 3 --cold --no-build --json {json} --html {html}");
        Assert.True(exitCode == 0, output + error);
        Assert.Contains("3 students sit down", error);

        var rows = output.Split('\n').Where(line => line.StartsWith('|')).Select(line => line.Trim('|').Split('|').Select(cell => cell.Trim()).ToArray()).ToArray();
        Assert.Equal(CompareCommand.Columns, rows[0]);
        Assert.All(rows[1], cell => Assert.Matches("^-+:?$", cell));
        Assert.Equal(Repository.Steps().Skip(1).Select(step => step.Replace('-', ' ')), rows[2..].Select(row => row[0]));
        Assert.All(rows[2..], row => Assert.Equal(["0", "0", "0"], row[^3..]));
        Assert.All(rows[2..], row => Assert.Equal(rows[0].Length, row.Length));

        using var figures = JsonDocument.Parse(await File.ReadAllTextAsync(json));
        var byStep = figures.RootElement.GetProperty("figures").EnumerateArray().ToDictionary(one => one.GetProperty("step").GetString()![..2]);
        Assert.All(byStep.Values, one =>
        {
            Assert.Equal((3, 4, 12), (one.GetProperty("students").GetInt32(), one.GetProperty("sent").GetInt32(), one.GetProperty("delivered").GetInt32()));
            Assert.True(one.GetProperty("delayMedian").GetDouble() > 0);
            Assert.True(one.GetProperty("bytesUp").GetInt64() > 0 && one.GetProperty("bytesDown").GetInt64() > 0);
            Assert.True(one.GetProperty("cpu").GetDouble() > 0);
            Assert.Equal(JsonValueKind.Null, one.GetProperty("memoryPerClient").ValueKind);
        });
        // What each technique is about, in numbers that do not depend on the machine.
        Assert.True(byStep["02"].GetProperty("nothingNew").GetInt64() >= 3);
        Assert.Equal(3, byStep["04"].GetProperty("requests").GetInt64());
        Assert.Equal(3 + 4, byStep["05"].GetProperty("requests").GetInt64());
        Assert.True(byStep["03"].GetProperty("requests").GetInt64() > 3 + 4);
        Assert.True(byStep["04"].GetProperty("events").GetInt64() >= 4);

        var page = WebUtility.HtmlDecode(await File.ReadAllTextAsync(html));
        Assert.Equal(3, page.Split("<svg").Length - 1);
        Assert.All(CompareCommand.Columns, column => Assert.Contains($"{column}</th>", page));
        Assert.DoesNotContain("<script", page);
        Assert.DoesNotContain("http:", page);
        Assert.DoesNotContain("NaN", page);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Growth_measures_several_sizes_and_says_which_limit_it_met()
    {
        var html = Path.GetTempFileName();
        var (exitCode, output, error) = await RunAsync($"compare --growth --students 4,2,19000 --steps 4 --rate 240 --seconds 0.5 --cold --no-build --html {html}");
        Assert.True(exitCode == 0, output + error);
        var rows = output.Split('\n').Where(line => line.StartsWith("| 04 WebSockets", StringComparison.Ordinal)).ToArray();
        Assert.Equal(["2", "4"], rows.Select(row => row.Split('|')[2].Trim()));
        Assert.Matches("19000 students were not seated. The limit that was met is (open files|the steps)", output);
        Assert.Contains("<polyline", await File.ReadAllTextAsync(html));
        File.Delete(html);
    }

    [Fact]
    public async Task Burst_measures_and_prints_the_floor_beside()
    {
        // A process of its own: it keeps itself to some of the cores.
        using var burst = Start("burst --students 3 --seconds 0.1 --steps 3,5 --no-build");
        var said = await Task.WhenAll(burst.StandardOutput.ReadToEndAsync(), burst.StandardError.ReadToEndAsync()).WaitAsync(Patience);
        await burst.WaitForExitAsync().WaitAsync(Patience);
        Assert.True(burst.ExitCode == 0, string.Concat(said));
        Assert.Equal(2 + 4 + 2, said[0].Split('\n').Count(line => line.StartsWith('|')));
        Assert.Contains("Lost, duplicated or out of order: 0.", said[0]);
    }

    [Fact]
    public async Task Break_does_what_its_keys_say()
    {
        var (keys, output) = (new Keys(), new StringWriter());
        var port = FreePort();
        var running = Task.Run(() => Program.RunAsync(["break", "4", "--port", $"{port}", "--no-build"], keys, TextWriter.Synchronized(output), TextWriter.Null, default));
        await SaysAsync("q  quits");
        var quick = new StudentOptions { FirstRetry = TimeSpan.FromMilliseconds(50), LongestRetry = TimeSpan.FromMilliseconds(100) };
        await using var alice = Student.Create("4", new($"http://localhost:{port}"), "Alice", quick);
        alice.Start();
        await alice.WaitForAsync(await ClassroomStudentTests.SendAsync(alice, "Before")).WaitAsync(Patience);

        keys.Press("c");
        await SaysAsync("Cut 1 connection.");
        await alice.WaitForAsync(await ClassroomStudentTests.SendAsync(alice, "After the cut")).WaitAsync(Patience);
        keys.Press("s");
        await SaysAsync("is up again with an empty chat");
        await alice.WaitForAsync(await ClassroomStudentTests.SendAsync(alice, "After the restart")).WaitAsync(Patience);
        keys.Press("d");
        await SaysAsync("Everything takes 1 s more");
        keys.Press("D");
        await SaysAsync("No delay any more");
        keys.Press("f");
        await SaysAsync("Frozen for 10 s");
        keys.Press("r");
        await SaysAsync("New connections are refused for 10 s");
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await Assert.ThrowsAsync<SocketException>(() => socket.ConnectAsync(IPAddress.Loopback, port));
        keys.Press("x");
        await SaysAsync("The keys are");
        Assert.Equal((3, 0, 0), (alice.Ids.Count, alice.Duplicates, alice.OutOfOrder));
        await alice.StopAsync();
        keys.Press("q");
        Assert.Equal(0, await running.WaitAsync(Patience));

        async Task SaysAsync(string text)
        {
            for (var deadline = DateTime.UtcNow + Patience; ; await Task.Delay(20))
            {
                lock (output)
                {
                    if (output.ToString().Contains(text, StringComparison.Ordinal))
                    {
                        return;
                    }
                }
                Assert.True(DateTime.UtcNow < deadline && !running.IsCompleted, output.ToString());
            }
        }
    }

    [Fact]
    public async Task Break_on_a_taken_port_is_one_clear_line()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        var (exitCode, output, error) = await RunAsync($"break 3 --port {port} --no-build");
        Assert.Equal((1, ""), (exitCode, output));
        Assert.Single(error.Trim().Split('\n'));
        Assert.Contains($"{port}", error);
    }

    [Theory]
    [InlineData("compare --steps 3,4 --students 5 --cold --no-build", "messages")]
    [InlineData("burst --steps 5 --students 5 --no-build", "in flight")]
    [InlineData("break 4 --no-build --port ", "quits")]
    public async Task Ctrl_C_ends_everything_that_was_started(string commandLine, string whenItSays)
    {
        if (!OperatingSystem.IsLinux())
        {
            return; // The signal is sent, and the children are found, in Linux's way.
        }
        using var command = Start(commandLine + (commandLine.EndsWith(' ') ? FreePort() : ""));
        var saying = new TaskCompletionSource();
        command.OutputDataReceived += Listen;
        command.ErrorDataReceived += Listen;
        command.BeginOutputReadLine();
        command.BeginErrorReadLine();
        await saying.Task.WaitAsync(Patience);
        var children = Process.GetProcessesByName("dotnet").Where(process => Parent(process) == command.Id).ToArray();
        Assert.NotEmpty(children);

        var asked = Stopwatch.GetTimestamp();
        Process.Start("kill", [$"-{Interrupt.SignalFor(command.Id)}", $"{command.Id}"]).WaitForExit();
        await command.WaitForExitAsync().WaitAsync(Patience);
        Assert.Equal(130, command.ExitCode);
        Assert.True(Stopwatch.GetElapsedTime(asked) < TimeSpan.FromSeconds(4), "It must take 2 s at most, and a little for a busy machine.");
        Assert.All(children, child => Assert.True(child.HasExited));

        void Listen(object sender, DataReceivedEventArgs line)
        {
            if (line.Data is { } text && System.Text.RegularExpressions.Regex.IsMatch(text, whenItSays))
            {
                saying.TrySetResult();
            }
        }

        static int Parent(Process process)
        {
            try
            {
                // The fourth field of /proc/ID/stat; the second, the name in brackets, may have spaces in it.
                return int.Parse(File.ReadAllText($"/proc/{process.Id}/stat").Split(") ")[1].Split(' ')[1]);
            }
            catch (IOException)
            {
                return 0; // It has ended meanwhile.
            }
        }
    }

    [Fact]
    public void Percentiles_are_by_nearest_rank()
    {
        double[] ten = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
        Assert.Equal((5, 10, 10, 1), (Statistics.Percentile(ten, 0.5), Statistics.Percentile(ten, 0.99), Statistics.Percentile(ten, 1), Statistics.Percentile(ten, 0.01)));
        Assert.Equal(99, Statistics.Percentile([.. Enumerable.Range(1, 100).Select(i => (double)i)], 0.99));
        Assert.Equal(7, Statistics.Percentile([7], 0.5));
        Assert.Equal(double.NaN, Statistics.Percentile([], 0.5));
    }

    [Fact]
    public void Numbers_are_written_with_as_many_digits_as_were_measured()
    {
        Assert.Equal(["0.8 ms", "35 ms", "4.2 s", "12 s", "–"], new[] { 0.84, 35.4, 4_240, 12_400, double.NaN }.Select(Unit.Time));
        Assert.Equal(["0", "0.143", "1.8", "37", "7,909", "–"], new[] { 0, 1 / 7.0, 1.84, 37.2, 7_909, double.NaN }.Select(Unit.Number));
    }

    static async Task<(int ExitCode, string Output, string Error)> RunAsync(string commandLine)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var exitCode = await Program.RunAsync(commandLine.Split(' ', StringSplitOptions.RemoveEmptyEntries), TextReader.Null, output, error, default).WaitAsync(Patience);
        return (exitCode, output.ToString(), error.ToString());
    }

    static Process Start(string commandLine) =>
        Process.Start(new ProcessStartInfo("dotnet",
            [Repository.Program("Classroom", Repository.Configuration), .. commandLine.Split(' ', StringSplitOptions.RemoveEmptyEntries)])
        { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;

    static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    /// <summary>A keyboard.</summary>
    sealed class Keys : TextReader
    {
        readonly BlockingCollection<char> pressed = [];

        public void Press(string keys)
        {
            foreach (var key in keys)
            {
                pressed.Add(key);
            }
        }

        public override int Read() => pressed.Take();
    }
}
