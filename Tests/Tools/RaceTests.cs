using System.Net;
using System.Net.Http.Json;
using Classroom;

namespace Tests;

/// <summary>The race, without a browser.</summary>
[Collection("Race")]
public sealed class RaceTests(RaceFixture fixture) : IAsyncLifetime
{
    const int Reload = 1;
    const int ShortPoll = 2;
    const int WebSocket = 4;

    static readonly int[] AtOnce = [3, 4, 5, 6];
    static readonly int[] Others = [1, 2, 3, 5, 6];

    Race Race => fixture.Race;

    /// <summary>Each test begins with everybody at rest and the counters at 0, however the one before ended.</summary>
    public async Task InitializeAsync()
    {
        Race.WriteBySelf(0);
        await fixture.WaitAsync("nobody reconnects", lane => !lane.Reconnecting && lane.Faults.Length == 0);
        Race.CountFromNow();
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task What_is_written_arrives_in_every_lane_and_in_01_after_its_button()
    {
        Race.Write("Hello");
        await fixture.WaitAsync("it is there", lane => lane.Tally.Arrived == 1, 2, 3, 4, 5, 6);
        Assert.Equal(new Tally(0, 0, 0), fixture.Lane(Reload).Count().Tally);
        await fixture.StoredAsync();
        Race.Refresh();
        await fixture.WaitAsync("it is there", lane => lane.Tally == new Tally(1, 0, 0));
        Assert.All(fixture.Counters(), lane => Assert.Equal(1, lane.Sent));
        var told = await fixture.FirstEventAsync();
        Assert.All(told["messages"]![0]!["late"]!.AsArray(), late => Assert.InRange((double)late!, 0.01, 30_000));
    }

    [Fact]
    public async Task The_counters_agree_with_the_wires()
    {
        // While the wires are frozen, nothing moves.
        var before = Freeze();
        Race.CountFromNow();
        Assert.All(fixture.Counters(), lane => Assert.Equal((0, 0), (lane.Traffic.Up, lane.Traffic.Down)));
        Thaw();
        for (var i = 0; i < 5; i++)
        {
            Race.Write($"Message {i}");
        }
        await fixture.WaitAsync("five are there", lane => lane.Tally.Arrived == 5, 2, 3, 4, 5, 6);
        await fixture.StoredAsync();
        Race.Refresh();
        await fixture.WaitAsync("five are there, in 01 after a reload", lane => lane.Tally.Arrived == 5);

        var after = Freeze();
        var told = (await fixture.FirstEventAsync())["counters"]!.AsArray();
        foreach (var (lane, i) in Race.Lanes.Select((lane, i) => (lane, i)))
        {
            var traffic = told[i]!["traffic"]!;
            Assert.Equal(after[i].Up - before[i].Up, (long)traffic["up"]!);
            Assert.Equal(after[i].Down - before[i].Down, (long)traffic["down"]!);
            Assert.Equal(lane.Wire.Open, (int)told[i]!["open"]!);
            Assert.InRange(after[i].Down - before[i].Down, 1, long.MaxValue);
        }
        Thaw();

        // Every question of 02 has the same length, and there is nothing else on its wire.
        var polls = fixture.Lane(ShortPoll).Count().Traffic;
        Assert.InRange(polls.Requests, 1, 1000);
        Assert.Equal(0, polls.Up % polls.Requests);
        Assert.All(fixture.Counters(4, 5), lane => Assert.InRange(lane.Traffic.Events, 1, 10));
        // Nobody asks there; the answer to a ping is a few bytes.
        Assert.All(fixture.Counters(4, 5), lane => Assert.Equal(0, lane.Traffic.Requests));
        Assert.All(fixture.Counters(4, 5), lane => Assert.InRange(lane.Traffic.Up, 0, 50));
    }

    [Fact]
    public async Task While_nobody_writes_only_polling_counts()
    {
        await fixture.WaitAsync("02 has asked twice", lane => lane.Traffic.Empty >= 2, ShortPoll);
        Assert.All(fixture.Counters(1, 4, 5, 6), lane => Assert.Equal(0, lane.Traffic.Requests));
        // The end of its 30 s may have come.
        Assert.All(fixture.Counters(3), lane => Assert.InRange(lane.Traffic.Requests, 0, 1));
    }

    [Theory]
    [InlineData(nameof(Fault.Freeze), "frozen")]
    [InlineData(nameof(Fault.Refuse), "refusing")]
    [InlineData(nameof(Fault.Delay), "delayed")]
    public async Task A_fault_that_lasts_shows_in_its_lane_and_in_no_other(string fault, string shown)
    {
        var chosen = Enum.Parse<Fault>(fault);
        await Race.BreakAsync(chosen, WebSocket);
        Assert.Equal(shown, fixture.Lane(WebSocket).Count().Faults);
        Assert.All(fixture.Counters(Others), lane => Assert.Equal("", lane.Faults));
        Assert.StartsWith("04 WebSockets: ", (string?)(await fixture.FirstEventAsync())["note"]);

        Race.Write("While it lasts");
        await fixture.WaitAsync("it is there", lane => lane.Tally.Arrived == 1, 3, 5, 6);
        await fixture.WaitAsync("it is there after all", lane => lane.Tally == new Tally(1, 0, 0), AtOnce);
        var late = (await fixture.FirstEventAsync())["messages"]![0]!["late"]!;
        if (chosen == Fault.Delay)
        {
            await Race.BreakAsync(Fault.Delay, WebSocket);
        }
        // A second's delay, or ten in the cold; an open connection is not refused.
        Assert.InRange((double)late[WebSocket - 1]!, chosen == Fault.Refuse ? 0 : 900, 30_000);
        await fixture.WaitAsync("the fault is over", lane => lane.Faults.Length == 0, WebSocket);
        Assert.All(fixture.Counters(), lane => Assert.False(lane.Reconnecting));
    }

    [Fact]
    public async Task A_cut_is_noticed_in_its_lane_and_in_no_other()
    {
        await Race.BreakAsync(Fault.Cut, WebSocket);
        await fixture.WaitAsync("04 has noticed", HasNoticed, WebSocket);
        Race.Write("While 04 is away");
        await fixture.WaitAsync("it is there", lane => lane.Tally == new Tally(1, 0, 0), AtOnce);
        Assert.Equal(1, fixture.Lane(WebSocket).Count().Traffic.Requests); // The handshake.
        Assert.All(fixture.Counters(5, 6), lane => Assert.Equal(0, lane.Traffic.Requests));
    }

    [Fact]
    public async Task A_restart_empties_the_chat_of_its_lane_and_of_no_other()
    {
        Race.Write("Nobody reloads");
        await fixture.WaitAsync("it is there", lane => lane.Tally.Arrived == 1, AtOnce);
        await fixture.StoredAsync();
        await Race.BreakAsync(Fault.Restart, Reload);
        Assert.Equal(new Tally(0, 1, 0), fixture.Lane(Reload).Count().Tally);
        Race.Write("After the restart");
        await fixture.StoredAsync();
        Race.Refresh();
        await fixture.WaitAsync("the second is there", lane => lane.Tally == new Tally(1, 1, 0), Reload);
        await fixture.WaitAsync("both are there", lane => lane.Tally == new Tally(2, 0, 0), 2, 3, 4, 5, 6);
    }

    [Fact]
    public async Task After_faults_in_all_lanes_nothing_is_missing_and_nothing_came_twice()
    {
        Race.WriteBySelf(20);
        await fixture.WaitAsync("the class writes", lane => lane.Sent >= 10);
        await Race.BreakAsync(Fault.Cut, step: null);
        await fixture.WaitAsync("all whose connection stays have noticed", HasNoticed, 4, 5, 6);
        await Race.BreakAsync(Fault.Delay, step: null);
        Assert.All(fixture.Counters(), lane => Assert.Equal("delayed", lane.Faults));
        await Race.BreakAsync(Fault.Delay, WebSocket);
        await Race.BreakAsync(Fault.Delay, step: null); // Not off: on where it was off.
        Assert.All(fixture.Counters(), lane => Assert.Equal("delayed", lane.Faults));
        await Race.BreakAsync(Fault.Delay, step: null);
        Assert.All(fixture.Counters(), lane => Assert.Equal("", lane.Faults));
        Race.WriteBySelf(0);
        await fixture.StoredAsync();
        Race.Refresh();
        await fixture.WaitAsync("all is there", lane => lane.Tally == new Tally(lane.Sent, 0, 0));
    }

    [Fact]
    public async Task A_server_of_06_that_was_restarted_gets_its_webhooks_again()
    {
        await Race.BreakAsync(Fault.Restart, 6);
        Race.Write("By webhook");
        await fixture.WaitAsync("it is there", lane => lane.Tally == new Tally(1, 0, 0), AtOnce);
    }

    [Theory]
    [InlineData("/messages", """{"text":" "}""")]
    [InlineData("/messages", """{"text":"a\tb"}""")]
    [InlineData("/messages", "{}")]
    [InlineData("/writing", """{"perSecond":-1}""")]
    [InlineData("/writing", """{"perSecond":1000}""")]
    [InlineData("/faults", """{"fault":"earthquake"}""")]
    [InlineData("/faults", """{"fault":"99"}""")]
    public async Task What_makes_no_sense_is_refused_in_words(string path, string json)
    {
        using var http = new HttpClient { BaseAddress = fixture.Address };
        using var answer = await http.PostAsync(path, new StringContent(json, null, "application/json"));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.NotEmpty((await answer.Content.ReadFromJsonAsync<string>())!);
    }

    [Fact]
    public async Task Another_site_can_neither_click_nor_look()
    {
        using var http = new HttpClient { BaseAddress = fixture.Address };
        using var form = await http.PostAsync("/refresh", new StringContent(""));
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, form.StatusCode);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.Host = "example.org";
        using var page = await http.SendAsync(request);
        Assert.Equal(HttpStatusCode.BadRequest, page.StatusCode);
    }

    /// <summary>That the connection was cut. Whoever has noticed may be back already: by another handshake.</summary>
    static bool HasNoticed(LaneCounters lane) => lane.Reconnecting || lane.Traffic.Requests > 0;

    (long Up, long Down)[] Freeze()
    {
        foreach (var lane in Race.Lanes)
        {
            lane.Wire.Freeze(true);
        }
        return [.. Race.Lanes.Select(lane => (lane.Wire.BytesUp, lane.Wire.BytesDown))];
    }

    void Thaw()
    {
        foreach (var lane in Race.Lanes)
        {
            lane.Wire.Freeze(false);
        }
    }
}
