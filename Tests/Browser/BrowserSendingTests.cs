using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Tests;

/// <summary>What a person writes is not lost before it is stored, whatever the server says.</summary>
[Collection("Browser")]
public sealed class BrowserSendingTests(Browser browser)
{
    [Theory, Steps(1, 4)]
    public async Task What_the_server_refuses_comes_back_with_its_reason(int number)
    {
        await using var step = await Step.StartAsync(number);
        await using var wire = step.Wire();
        using var server = step.Chat();
        await using var alice = await browser.OpenAsync(wire.Address, "Alice");
        var tooLong = new string('x', 501);
        wire.Hold();
        await alice.RunAsync("text.value = arguments[0]; text.form.requestSubmit()", tooLong);
        await alice.TypeAsync("typed meanwhile");
        wire.Release();
        await alice.IsAsync("/^Not sent: .*500/.test(problem.textContent) && !sending.textContent");
        Assert.Equal($"{tooLong} typed meanwhile", await alice.ReadAsync<string>("text.value"));
        // The page does not try it again by itself; what is sent next is stored.
        await alice.RunAsync("text.value = ''");
        await alice.SayAsync("Shorter");
        await alice.ShowsAsync("Shorter");
        await alice.HasSentAsync();
        Assert.Equal(1, await server.CountAsync("messages"));
    }

    /// <summary>Who says "later" refuses nothing; what is not the answer that was asked for is no success.</summary>
    [Theory, Steps(1, 2, 3, 5, 6)]
    public async Task A_message_outlives_every_answer_but_201_and_a_refusal(int number)
    {
        await using var step = await Step.StartAsync(number);
        using var server = step.Chat();
        var answer = 0;
        var posts = 0;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using var stranger = builder.Build(); // A proxy that is busy, or a network that wants a login first.
        stranger.Urls.Add("http://127.0.0.1:0");
        stranger.Run(AnswerAsync);
        await stranger.StartAsync(Until.Token);
        await using var wire = new Wire(() => answer == 0 ? step.Address : new(stranger.Urls.Single()));
        await using var alice = await browser.OpenAsync(wire.Address, "Alice");
        int[] answers = [200, 302, 408, 425, 429, 503];
        string[] texts = [.. answers.Select(status => $"Answered with {status}")];
        foreach (var (status, text) in answers.Zip(texts))
        {
            (answer, posts) = (status, 0);
            wire.Cut();
            await alice.SayAsync(text);
            await Until.TrueAsync(() => posts > 1); // The page has seen the answer to the first.
            await alice.IsSendingAsync(text);
            answer = 0;
            wire.Cut();
            await alice.HasSentAsync();
        }
        await alice.ShowsAsync(texts);
        Assert.Equal(texts.Length, await server.CountAsync("messages"));
        Assert.True(await alice.ReadAsync<bool>("pauses.includes(6000)"), "Retry-After was not kept.");

        Task AnswerAsync(HttpContext context)
        {
            if (HttpMethods.IsPost(context.Request.Method))
            {
                posts++;
                context.Response.StatusCode = posts == 1 ? answer : 503;
            }
            context.Response.Headers.Location = "/login";
            context.Response.Headers.RetryAfter = context.Response.StatusCode == 429 ? "5" : default;
            return context.Response.WriteAsync("<h1>Log in first</h1>");
        }
    }

    [Theory, Steps(1, 4, 6)]
    public async Task Who_writes_on_meanwhile_loses_nothing_and_keeps_the_focus(int number)
    {
        await using var step = await Step.StartAsync(number);
        await using var wire = step.Wire();
        await using var alice = await browser.OpenAsync(wire.Address, "Alice");
        wire.Hold();
        await alice.SayAsync("First");
        await alice.SayAsync("Second");
        await alice.TypeAsync("Half a sen");
        await alice.IsSendingAsync("First · Second");
        await alice.ClickAsync("#wire");
        wire.Release();
        await alice.ShowsAsync("First", "Second");
        await alice.IsAsync("!sending.textContent");
        Assert.Equal(
            ["Half a sen", "wire"], await alice.ReadAsync<string[]>("[text.value, document.activeElement.id]"));
    }

    /// <summary>A WebSocket has no answers: a message is stored when it comes back itself, by its key.</summary>
    [Theory, Steps(4)]
    public async Task What_is_said_in_another_window_of_ones_own_does_not_count_as_sent(int number)
    {
        await using var step = await Step.StartAsync(number);
        await using var wire = step.Wire();
        await using var one = await browser.OpenAsync(wire.Address, "Alice");
        await using var other = await browser.OpenAsync(step.Address!, "Alice");
        wire.Hold(Direction.Up);
        await one.SayAsync("The same");
        await other.SayAsync("The same");
        await one.ShowsAsync("The same");
        await one.IsSendingAsync("The same");
        wire.Release();
        await one.HasSentAsync();
        await other.IsAsync("messages.children.length === 2");
    }
}
