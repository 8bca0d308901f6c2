using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;
using Classroom;
using Microsoft.AspNetCore.Builder;

namespace Tests;

/// <summary>A race of all steps, and its page.</summary>
public sealed class RaceFixture : IAsyncLifetime
{
    WebApplication page = null!;

    internal Race Race { get; private set; } = null!;

    public Uri Address { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        using var patience = new CancellationTokenSource(Wait.BuildPatience);
        Race = await Race.StartAsync(Repository.Techniques(), students: 1, patience.Token);
        var port = LoopbackPort.Free();
        page = await RacePage.StartAsync(Race, port, patience.Token);
        Address = new Uri($"http://localhost:{port}");
    }

    public async Task DisposeAsync()
    {
        Race.End();
        await page.StopAsync();
        await page.DisposeAsync();
        await Race.DisposeAsync();
    }

    /// <summary>Waits until it is true of the lane of every step, or of these.</summary>
    internal Task WaitAsync(string condition, Func<LaneCounters, bool> holds, params int[] steps) => Wait.UntilAsync(
        () => Task.FromResult(Counters(steps).All(holds)),
        () => $"{condition}:\n{string.Join('\n', Counters(steps))}");

    /// <summary>Waits until every server has what was written, so that a reload shows it.</summary>
    internal Task StoredAsync() => Wait.UntilAsync(() => Race.Lanes.All(lane => lane.IsStored), "all is stored");

    /// <summary>The lanes' counters: those of these steps, or all.</summary>
    internal LaneCounters[] Counters(params int[] steps) =>
    [
        .. Race.Lanes.Where(lane => steps.Length == 0 || steps.Contains(lane.Technique.Number))
            .Select(lane => lane.Count()),
    ];

    internal Lane Lane(int step) => Race.Lanes.Single(lane => lane.Technique.Number == step);

    /// <summary>What a page that is opened now is told first.</summary>
    public async Task<JsonNode> FirstEventAsync()
    {
        using var http = new HttpClient { BaseAddress = Address };
        await using var stream = await http.GetStreamAsync("/events");
        await foreach (var item in SseParser.Create(stream).EnumerateAsync())
        {
            Assert.Equal("race", item.EventType);
            return JsonNode.Parse(item.Data)!;
        }
        throw new IOException("The stream has ended.");
    }
}
