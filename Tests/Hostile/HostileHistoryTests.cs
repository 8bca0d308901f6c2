using Xunit.Abstractions;
using static Tests.HostileLoadTests;

namespace Tests;

/// <summary>
/// The history, opened by hundreds who never read it: what each makes the step hold is little, whatever the history's
/// size.
/// </summary>
public sealed class HostileHistoryTests(CalmServer calm, ITestOutputHelper output) : IClassFixture<CalmServer>
{
    [LinuxStepTheory, MemberData(nameof(Steps.AttackedServers), MemberType = typeof(Steps))]
    public async Task Hundreds_who_never_read_a_long_history_do_not_fill_the_memory(string step) =>
        output.WriteLine(await AtOnce.RunAsync(step, BeIgnoredAsync));

    async Task<string> BeIgnoredAsync(string step)
    {
        var calmServer = await calm.StartAsync();
        await using var server = await AttackedServer.StartAsync(step, quiet: true);
        await FloodAsync(server, 1000, new string('x', 500));
        var deaf = new List<RawConnection>();
        for (var i = 0; i < 300; i++)
        {
            deaf.Add(await DeafAsync(server, requests: 1));
        }
        await Task.Delay(2000); // Nothing tells when a step has sent all that it will: this is what it has to send in.
        deaf.ForEach(connection => connection.Dispose());
        await server.OnlyTheChatIsLeftAsync();
        await server.NothingIsHarmedAsync(calmServer);
        return $"{server}";
    }
}
