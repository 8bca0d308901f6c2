using System.Net.Http.Json;
using System.Text.Json;
using Classroom;
using static Tests.RawConnection;

namespace Tests;

/// <summary>
/// One who neither leaves nor answers, by the times that a step has by default: too long for a look at one step.
/// </summary>
public sealed class SilentClientTests
{
    /// <summary>
    /// Nothing but its ping shows that a socket is deaf: sent after 30 s, answered within 30 s or the socket is
    /// dropped.
    /// Kestrel's lowest rate, 240 bytes a second over all that was ever sent, would leave it hours.
    /// </summary>
    [Fact]
    public async Task A_socket_that_answers_no_ping_is_dropped()
    {
        await using var server = await StepProcess.StartAsync(Steps.Folder(4));
        using var http = new HttpClient { BaseAddress = server.BaseAddress };
        using var deaf = await OpenSocketAsync(server.Port, "Mallory", 0);
        deaf.Patience = TimeSpan.FromSeconds(70);
        await Wait.UntilAsync(async () => await ConnectionsAsync() == 1, "the step to count it");
        var opcodes = new List<int>();
        while (await deaf.ReadFrameAsync() is { } frame)
        {
            opcodes.Add(frame.Opcode);
        }
        Assert.Contains(9, opcodes);
        await Wait.UntilAsync(async () => await ConnectionsAsync() == 0, "the step to forget it");

        async Task<int> ConnectionsAsync() =>
            (await http.GetFromJsonAsync<JsonElement>("/stats")).GetProperty("connections").GetInt32();
    }
}
