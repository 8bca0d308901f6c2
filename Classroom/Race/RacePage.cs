using System.Net.Mime;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Classroom;

/// <summary>Serves the race's page, tells it what happens, and takes what is clicked on it.</summary>
static class RacePage
{
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
        app.MapPost("/messages", (Click click) => race.Write(click.Text));
        app.MapPost("/writing", (Click click) => { race.PerSecond = click.PerSecond; });
        app.MapPost("/faults", IResult (Click click) =>
        {
            var fault = Fault.All.FirstOrDefault(fault => fault.Name == click.Fault && fault.Question is not null);
            if (fault is null)
            {
                return TypedResults.NotFound();
            }
            // Not awaited: a restart takes a while, and the page is told of it.
            _ = race.BreakAsync(fault, click.Step);
            return TypedResults.Accepted("/events");
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

    /// <summary>What is clicked and typed: of these what the path is about.</summary>
    /// <param name="Text">What the page lets pass, and a step takes.</param>
    /// <param name="PerSecond">0 is not at all.</param>
    /// <param name="Step">The number of the lane's step; null is all lanes.</param>
    sealed record Click(string Text, double PerSecond, string Fault, int? Step);
}
