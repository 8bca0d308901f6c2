namespace Tests;

/// <summary>
/// The network breaks in every way, in random order: every client ends with every message once, in order.
/// </summary>
public sealed class RandomFaultTests
{
    const int Faults = 40;

    [Theory, Steps(1, 3, 4, 5, 6)]
    public async Task Random_faults_lose_nothing_and_repeat_nothing(int number)
    {
        var random = new Random(2026);
        await using var step = await Step.StartAsync(number);
        await using var wire = step.Wire();
        Follower[] readers =
            [.. Enumerable.Range(1, 3).Select(i => step.Chat(wire).Follow($"Bob {i}"))];

        // The writer does not come by the wire. Each fault lasts until some more is said.
        List<ChatMessage> said = [];
        var writer = step.Chat();
        for (var fault = 0; fault < Faults; fault++)
        {
            await SayAsync(random.Next(5));
            switch ("ccchhfr"[random.Next(7)])
            {
                case 'c':
                    wire.Cut();
                    break;
                case 'h':
                    wire.Hold();
                    break;
                case 'f':
                    wire.Refuse();
                    wire.Cut();
                    break;
                case 'r':
                    // What nobody has fetched dies with the server.
                    await HaveAllAsync();
                    await step.RestartAsync();
                    writer.Dispose();
                    writer = step.Chat();
                    break;
            }
            await SayAsync(random.Next(5));
            if (random.Next(2) == 0)
            {
                wire.Cut(); // What was held is lost, or the cut goes on.
            }
            wire.Release();
        }
        await HaveAllAsync();
        Assert.Equal(said.OrderBy(message => message.Id), said); // Ids grow across a restart as well.
        writer.Dispose();
        foreach (var reader in readers)
        {
            await reader.DisposeAsync();
        }

        async Task HaveAllAsync() => await Assert.AllAsync(
            readers, async reader => Assert.Equal(said, await reader.ReceivesAsync(said.Count)));

        async Task SayAsync(int count)
        {
            for (var i = 0; i < count; i++)
            {
                said.Add(await writer.SayAsync("Alice", $"Message {said.Count}"));
            }
        }
    }
}
