using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Tests;

/// <summary>The race, without a browser.</summary>
public sealed class RaceTests
{
    [Fact]
    public async Task A_fault_is_in_its_lane_and_in_no_other_and_nothing_is_lost()
    {
        Technique[] techniques = [Technique.Of("4"), Technique.Of("5")];
        await using var race = await Race.StartAsync(techniques, students: 2, Until.Token);
        await race.BreakAsync(FaultOf("delay"), step: 4);
        Assert.Equal(["delayed", ""], race.Lanes.Select(lane => lane.Count().Faults));
        Assert.StartsWith("04 WebSockets: ", (string?)(await StateAsync(race))["note"]);
        await race.BreakAsync(FaultOf("delay"), step: null); // Not off: on where it was off.
        Assert.Equal(["delayed", "delayed"], race.Lanes.Select(lane => lane.Count().Faults));
        await race.BreakAsync(FaultOf("delay"), step: null);
        Assert.Equal(["", ""], race.Lanes.Select(lane => lane.Count().Faults));

        race.PerSecond = 20;
        await LanesAsync(race, "the class writes", lane => lane.Sent >= 10);
        await race.BreakAsync(FaultOf("cut"), step: 4);
        // The handshakes of both students.
        await Until.TrueAsync(() => race.Lanes[0].Count().Requests == 2);
        Assert.Equal(0, race.Lanes[1].Count().Requests);
        race.PerSecond = 0;
        await LanesAsync(race, "all is there", lane => lane.Arrived == lane.Sent && lane.Missing + lane.Twice == 0);
    }

    [Fact]
    public async Task A_restart_empties_01_and_06_gets_its_webhooks_again()
    {
        Technique[] techniques = [Technique.Of("1"), Technique.Of("6")];
        await using var race = await Race.StartAsync(techniques, students: 1, Until.Token);
        using var first = new Chat(techniques[0], race.Lanes[0].Wire.Address);
        var before = await first.CountAsync("messages");
        race.Write("Nobody reloads");
        await first.HoldsAsync("messages", before + 1);
        await LanesAsync(race, "it is there", lane => lane.Arrived == 1, 6);
        await race.BreakAsync(FaultOf("restart"), step: null);
        race.Write("After the restart");
        await first.HoldsAsync("messages", 1);
        race.Refresh();
        await LanesAsync(race, "the second is there", lane => lane is { Arrived: 1, Missing: 1, Twice: 0 }, 1);
        await LanesAsync(race, "both are there", lane => lane is { Arrived: 2, Missing: 0, Twice: 0 }, 6);
    }

    [Fact]
    public async Task Another_site_can_neither_click_nor_look()
    {
        await using var race = await Race.StartAsync([], students: 1, Until.Token);
        await using var page = await RacePage.StartAsync(race, "http://127.0.0.1:0", Until.Token);
        using var http = new HttpClient { BaseAddress = new(page.Urls.Single()) };
        using var click = await http.PostAsJsonAsync("/refresh", new { }, Until.Token);
        Assert.Equal(HttpStatusCode.OK, click.StatusCode);
        using var form = await http.PostAsync("/refresh", new StringContent(""), Until.Token);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, form.StatusCode);
        http.DefaultRequestHeaders.Host = "example.org";
        using var look = await http.GetAsync("/", Until.Token);
        Assert.Equal(HttpStatusCode.BadRequest, look.StatusCode);
    }

    static Fault FaultOf(string name) => Fault.All.Single(fault => fault.Name == name);

    /// <summary>Waits until it is true of the lane of every step, or of these.</summary>
    static Task LanesAsync(Race race, string what, Func<LaneCounters, bool> holds, params int[] steps)
    {
        var lanes = race.Lanes.Where(lane => steps.Length == 0 || steps.Contains(lane.Technique.Number)).ToArray();
        return Until.TrueAsync(() => lanes.All(lane => holds(lane.Count())), what);
    }

    /// <summary>What a page that is opened now is told of the present.</summary>
    static async Task<JsonNode> StateAsync(Race race)
    {
        var item = await race.FollowAsync(Until.Token).FirstAsync(item => item.EventType == "state", Until.Token);
        return JsonNode.Parse(item.Data)!;
    }
}
