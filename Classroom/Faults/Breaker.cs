using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;

namespace Classroom;

/// <summary>Breaks the network between a step and its clients, or the step, and says what the class will see.</summary>
/// <param name="say">Takes what is said, a line at a time, from any thread.</param>
/// <param name="subscribe">06: is called when the server is there again, and has forgotten its subscriptions. Null: the
/// class does it.</param>
sealed class Breaker(
    Wire wire, StepProcess server, Action<string> say, Func<CancellationToken, Task>? subscribe = null)
{
    const string Refusing = "refusing";
    const string Delayed = "delayed";
    const string Frozen = "frozen";
    const string Restarting = "restarting";
    const string Down = "down";

    /// <summary>How long a fault lasts that ends by itself.</summary>
    static readonly TimeSpan duration = TimeSpan.FromSeconds(10);

    readonly ConcurrentDictionary<string, object> broken = [];

    /// <summary>What is broken now: "delayed, frozen".</summary>
    public string Broken => string.Join(", ", broken.Keys.Order());

    public bool IsDelayed => broken.ContainsKey(Delayed);

    Technique Technique => server.Technique;

    public Task CutAsync()
    {
        var count = wire.Cut();
        say($"Cut {count} connection{(count == 1 ? "" : "s")}. {Sight.OfCut(Technique)}");
        return Task.CompletedTask;
    }

    public Task RefuseAsync(CancellationToken stop)
    {
        wire.Refuse();
        _ = LastAsync(Refusing, () => wire.Refuse(false), "New connections are accepted again.", stop);
        say($"New connections are refused for {duration.TotalSeconds} s. {Sight.OfRefusal(Technique)}");
        return Task.CompletedTask;
    }

    public Task FreezeAsync(CancellationToken stop)
    {
        wire.Hold(Direction.Both);
        _ = LastAsync(Frozen, Thaw, "Thawed: all that was held passes now.", stop);
        say($"Frozen for {duration.TotalSeconds} s: nothing passes, nothing is closed. {Sight.OfFreeze(Technique)}");
        return Task.CompletedTask;

        void Thaw()
        {
            wire.Release();
            wire.Refuse(broken.ContainsKey(Refusing)); // That has a time of its own.
        }
    }

    public Task DelayAsync()
    {
        if (broken.TryRemove(Delayed, out _))
        {
            wire.Delay = TimeSpan.Zero;
            say("No delay any more: messages come as soon as before.");
        }
        else
        {
            broken[Delayed] = new();
            wire.Delay = TimeSpan.FromSeconds(1);
            say($"Everything takes 1 s more, each way. {Sight.OfDelay(Technique)}");
        }
        return Task.CompletedTask;
    }

    public async Task RestartAsync(CancellationToken stop)
    {
        say("Stopping the server.");
        broken[Restarting] = new();
        var asked = Stopwatch.GetTimestamp();
        await server.StopAsync(stop);
        var took = Stopwatch.GetElapsedTime(asked).TotalSeconds;
        await StartAsync($"The server ended after {took:0.0} s, and is up again with an empty chat.", stop);
    }

    public async Task KillAsync(CancellationToken stop)
    {
        if (broken.ContainsKey(Down))
        {
            await StartAsync("The server is up again, with an empty chat.", stop);
            return;
        }
        broken[Down] = new();
        server.Kill();
        say($"The server is killed, until this key is pressed again. {Sight.OfKill(Technique)}");
    }

    /// <summary>06: a webhook as a stranger can make it, who does not know the secret.</summary>
    public async Task ForgeAsync(CancellationToken stop)
    {
        if (server.Address is not { } address)
        {
            say("The server is down.");
            return;
        }
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, "/webhook"))
        {
            Content = JsonContent.Create(new { type = "messages", data = Array.Empty<object>() }),
        };
        request.Headers.Add("webhook-id", "msg_1");
        request.Headers.Add("webhook-timestamp", $"{DateTimeOffset.UtcNow.ToUnixTimeSeconds()}");
        request.Headers.Add("webhook-signature", "v1,AAAA");
        using var answer = await http.SendAsync(request, stop);
        var body = await answer.Content.ReadAsStringAsync(stop);
        var reason = body.Length > 0 ? JsonElement.Parse(body).GetProperty("detail").GetString() : "";
        say($"POST /webhook, signed by somebody who has no secret: {(int)answer.StatusCode} {reason}");
    }

    async Task StartAsync(string words, CancellationToken stop)
    {
        await server.StartAgainAsync(stop);
        broken.TryRemove(Restarting, out _);
        broken.TryRemove(Down, out _);
        say($"{words} {Sight.OfRestart(Technique)}");
        if (subscribe is not null)
        {
            await subscribe(stop);
        }
        else if (Technique.HasWebhooks)
        {
            say("It has forgotten its subscriptions as well: subscribe again.");
        }
    }

    /// <summary>Ends a fault after a while; but if it was begun again meanwhile, it lasts anew.</summary>
    async Task LastAsync(string state, Action end, string words, CancellationToken stop)
    {
        var begun = broken[state] = new();
        await Task.Delay(duration, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!stop.IsCancellationRequested && broken.TryRemove(KeyValuePair.Create(state, begun)))
        {
            end();
            say(words);
        }
    }
}
