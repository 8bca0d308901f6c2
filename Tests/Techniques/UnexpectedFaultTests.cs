extern alias WebSockets;

using System.Text.Json;
using Classroom;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.Logging;

namespace Tests;

/// <summary>
/// What nobody expected is logged, with its reason: where a client's leaving is no error, a fault does not pass for it.
/// </summary>
public sealed class UnexpectedFaultTests
{
    [Fact, Trait("Step", "4")]
    public async Task In_04_a_fault_while_a_message_is_stored_is_logged()
    {
        var log = new FaultyLogger("the fault");
        await using var server = new FaultyServer(log);
        var address = server.CreateClient().BaseAddress!;
        using var socket = await RawConnection.OpenSocketAsync(address.Port, "Alice", 0);
        var message = JsonSerializer.SerializeToUtf8Bytes(new { type = "message", text = "the fault" });
        await socket.SendAsync(RawConnection.Frame(1, message));
        await Wait.UntilAsync(
            () => log.Errors.Any(error => error.Contains("No line for: the fault", StringComparison.Ordinal)),
            "the log to tell of it");
        // It ends the connection, and its name is not kept.
        await socket.ReadToEndAsync();
        await KeyedChat.StatsAsync(address, "connections", 0);
    }

    /// <summary>A wait of less than nothing throws.</summary>
    [Theory]
    [InlineData("3", "--HoldSeconds", "/messages")]
    [InlineData("5", "--HeartbeatSeconds", "/events?user=Alice")]
    [InlineData("6", "--HeartbeatSeconds", "/events?user=Alice")]
    public async Task A_fault_while_one_waits_is_logged(string step, string setting, string target)
    {
        await using var server = await StepProcess.StartAsync(step, arguments: [setting, "-5"]);
        using var connection = await RawConnection.OpenAsync(server.Port);
        await connection.SendAsync(RawConnection.Get(target, "Connection: close\r\n"));
        await connection.ReadToEndAsync();
        await Wait.UntilAsync(
            () => server.Log.Any(
                line => line.Contains(" fail: ", StringComparison.Ordinal)
                    && line.Contains("ArgumentOutOfRangeException", StringComparison.Ordinal)),
            "the log to tell of it");
        if (server.Technique.HasPresence)
        {
            await KeyedChat.StatsAsync(server.BaseAddress, "connections", 0);
        }
    }

    sealed class FaultyServer : WebApplicationFactory<WebSockets::Program>
    {
        readonly FaultyLogger log;

        public FaultyServer(FaultyLogger log)
        {
            this.log = log;
            UseKestrel();
            StartServer();
        }

        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            builder.UseEnvironment("Production");
            builder.UseSetting("urls", "http://127.0.0.1:0");
            builder.ConfigureLogging(logging => logging.ClearProviders().AddProvider(log));
        }
    }
}
