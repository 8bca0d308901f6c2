using System.Net.Mime;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection;

namespace Classroom;

/// <summary>Serves the race's page, tells it what happens, and takes what is clicked on it.</summary>
static class RacePage
{
    const int LongestText = 500;
    const double HighestRate = 20;

    /// <summary>Nothing but the page's own files, and in no frame of another.</summary>
    const string ContentSecurityPolicy =
        "default-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public static async Task<WebApplication> StartAsync(Race race, string url, CancellationToken stop)
    {
        // Empty: no settings from the folder or the environment, no log in the lecturer's terminal.
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore();
        builder.Services.AddRoutingCore();
        // A page of another site, whatever it calls this machine, does not get in.
        builder.Services.Configure<HostFilteringOptions>(
            options => options.AllowedHosts = ["localhost", "127.0.0.1", "[::1]"]);
        var app = builder.Build();
        app.Urls.Add(url);
        app.UseHostFiltering();
        app.Use(Guard);
        app.UseRouting();
        MapFile(app, "/", "race.html", MediaTypeNames.Text.Html);
        MapFile(app, "/race.css", "race.css", MediaTypeNames.Text.Css);
        MapFile(app, "/race.js", "race.js", MediaTypeNames.Text.JavaScript);
        MapRace(app, race);
        await app.StartAsync(stop);
        return app;
    }

    static void MapRace(WebApplication app, Race race)
    {
        app.MapGet("/events", (HttpContext context) =>
        {
            // What it is told has no end: so that the server can stop.
            context.Response.RegisterForDispose(app.Lifetime.ApplicationStopping.Register(context.Abort));
            return TypedResults.ServerSentEvents(race.FollowAsync(context.RequestAborted));
        });
        app.MapPost("/messages", Results<Ok, BadRequest<string>> (WriteRequest request) =>
        {
            var text = request.Text?.Trim() ?? "";
            // What a step would refuse.
            if (text.Length is 0 or > LongestText || text.Any(char.IsControl))
            {
                return TypedResults.BadRequest(
                    $"A message has 1 to {LongestText} characters, none of them a control character.");
            }
            race.Write(text);
            return TypedResults.Ok();
        });
        app.MapPost("/writing", Results<Ok, BadRequest<string>> (WritingRequest request) =>
        {
            if (request.PerSecond is not (>= 0 and <= HighestRate))
            {
                return TypedResults.BadRequest($"The class writes 0 to {HighestRate} messages per second.");
            }
            race.PerSecond = request.PerSecond;
            return TypedResults.Ok();
        });
        app.MapPost("/faults", Results<Ok, BadRequest<string>> (FaultRequest request) =>
        {
            var fault = Fault.All.FirstOrDefault(fault => fault.Name == request.Fault);
            if (fault?.Question is null)
            {
                return TypedResults.BadRequest($"There is no fault {request.Fault}.");
            }
            // Not awaited: a restart takes a while, and the page is told of it.
            _ = race.BreakAsync(fault, request.Step);
            return TypedResults.Ok();
        });
        app.MapPost("/refresh", race.Refresh);
        app.MapPost("/counters/reset", race.CountFromNow);
    }

    static Task Guard(HttpContext context, RequestDelegate next)
    {
        // Another site's page can send a form here, but no JSON: for that a browser would ask this server first.
        if (HttpMethods.IsPost(context.Request.Method) && !context.Request.HasJsonContentType())
        {
            context.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            return Task.CompletedTask;
        }
        // A step on the same port has files of its own.
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        return next(context);
    }

    /// <summary>The page's files are in the program, so that they are there wherever it runs.</summary>
    static void MapFile(WebApplication app, string url, string name, string contentType)
    {
        app.MapGet(url, (HttpResponse response) =>
        {
            response.Headers.ContentSecurityPolicy = ContentSecurityPolicy;
            var file = typeof(RacePage).Assembly.GetManifestResourceStream(name)!;
            return TypedResults.Stream(file, $"{contentType}; charset=utf-8");
        });
    }

    sealed record WriteRequest(string? Text);

    /// <param name="PerSecond">0 is not at all.</param>
    sealed record WritingRequest(double PerSecond);

    /// <param name="Step">The number of the lane's step; null is all lanes.</param>
    sealed record FaultRequest(string? Fault, int? Step);
}
