using System.Collections.Concurrent;
using Classroom;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Tests;

/// <summary>
/// Stands before a step and passes on every request and answer, but for one fault: with it, compare must find that
/// fault, and no other one.
/// </summary>
sealed class StandInServer : IMeasuredServer
{
    const int OtherQuestions = 20;

    /// <summary>One for each client's connection, by its id: the step holds as many as without a stand-in.</summary>
    readonly ConcurrentDictionary<string, HttpClient> connections = [];

    readonly IMeasuredServer step;
    readonly StandInFault fault;
    StubServer? server;

    StandInServer(IMeasuredServer step, StandInFault fault)
    {
        this.step = step;
        this.fault = fault;
    }

    public Uri BaseAddress => server!.Address;

    public TimeSpan CpuTime => step.CpuTime;

    /// <summary>A plan with it before each server.</summary>
    public static MeasuringPlan Before(MeasuringPlan plan, StandInFault fault)
    {
        return plan with { Server = Before(plan.Server), CountedServer = Before(plan.CountedServer) };

        StartServer Before(StartServer start) => async (step, environment, cancellation) =>
        {
            var standIn = new StandInServer(await start(step, environment, cancellation), fault);
            standIn.server = await StubServer.StartAsync(site => site.Run(standIn.PassOnAsync));
            return standIn;
        };
    }

    public async ValueTask DisposeAsync()
    {
        await server!.DisposeAsync();
        foreach (var http in connections.Values)
        {
            http.Dispose();
        }
        await step.DisposeAsync();
    }

    async Task PassOnAsync(HttpContext context)
    {
        var http = connections.GetOrAdd(context.Connection.Id, _ => NewConnection(context));
        using var request = new HttpRequestMessage(
            new HttpMethod(context.Request.Method),
            new Uri(step.BaseAddress, $"{context.Request.Path}{context.Request.QueryString}"));
        if (context.Request.ContentLength > 0)
        {
            request.Content = new StreamContent(context.Request.Body);
            request.Content.Headers.TryAddWithoutValidation("Content-Type", context.Request.ContentType);
            request.Content.Headers.ContentLength = context.Request.ContentLength;
        }
        var asksForMessages = context.Request.Method == "GET" && context.Request.Path == "/messages";
        if (fault == StandInFault.Greedy && asksForMessages)
        {
            for (var i = 0; i < OtherQuestions; i++)
            {
                await http.GetStringAsync(new Uri(step.BaseAddress, "/page.js"));
            }
        }
        try
        {
            using var answer = await http.SendAsync(
                request, HttpCompletionOption.ResponseHeadersRead, context.RequestAborted);
            context.Response.StatusCode = (int)answer.StatusCode;
            context.Response.ContentType = $"{answer.Content.Headers.ContentType}";
            if (fault == StandInFault.Chatty && asksForMessages)
            {
                context.Response.Headers["X-Chatter"] = new string('a', 2000);
            }
            if (fault == StandInFault.Lossy && asksForMessages)
            {
                var messages = ChatMessage.ParseBatch(await answer.Content.ReadAsByteArrayAsync());
                await context.Response.WriteAsJsonAsync(messages.Where(message => message.Id % 100 != 0));
                return;
            }
            await PassOnAsync(await answer.Content.ReadAsStreamAsync(), context);
        }
        catch (Exception exception) when (
            exception is IOException or HttpRequestException or OperationCanceledException)
        {
            context.Abort(); // Either side has left.
        }
    }

    HttpClient NewConnection(HttpContext context)
    {
        var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, MaxConnectionsPerServer = 1 })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        var id = context.Connection.Id;
        context.Features.GetRequiredFeature<IConnectionLifetimeFeature>().ConnectionClosed.Register(() =>
        {
            connections.TryRemove(id, out _);
            http.Dispose();
        });
        return http;
    }

    async Task PassOnAsync(Stream body, HttpContext context)
    {
        var buffer = new byte[16_384];
        while (true)
        {
            var length = await body.ReadAsync(buffer, context.RequestAborted);
            if (length == 0)
            {
                return;
            }
            if (fault == StandInFault.Slow)
            {
                await Task.Delay(20, context.RequestAborted);
            }
            await context.Response.Body.WriteAsync(buffer.AsMemory(0, length), context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
        }
    }
}
