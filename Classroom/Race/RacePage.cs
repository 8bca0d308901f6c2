using System.Net.Mime;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Server.Kestrel.Core;
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

    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<WebApplication> StartAsync(Race race, int port, CancellationToken cancellation)
    {
        // Empty: no settings from the folder or the environment, no log in the lecturer's terminal.
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore();
        builder.Services.Configure<KestrelServerOptions>(options => options.ListenLocalhost(port));
        builder.Services.AddRoutingCore();
        // A page of another site, whatever it calls this machine, does not get in.
        builder.Services.Configure<HostFilteringOptions>(
            options => options.AllowedHosts = ["localhost", "127.0.0.1", "[::1]"]);
        var app = builder.Build();
        app.UseHostFiltering();
        app.Use(Guard);
        app.UseRouting();
        MapFile(app, "/", "race.html", MediaTypeNames.Text.Html);
        MapFile(app, "/race.css", "race.css", MediaTypeNames.Text.Css);
        MapFile(app, "/race.js", "race.js", MediaTypeNames.Text.JavaScript);
        MapRace(app, race);
        try
        {
            await app.StartAsync(cancellation);
            return app;
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    static void MapRace(WebApplication app, Race race)
    {
        app.MapGet("/events", (CancellationToken closed) => TypedResults.ServerSentEvents(race.FollowAsync(closed)));
        app.MapPost("/messages", Results<NoContent, BadRequest<string>> (WriteRequest request) =>
        {
            var text = request.Text?.Trim() ?? "";
            // What a step would refuse.
            if (text.Length is 0 or > LongestText || text.Any(char.IsControl))
            {
                return TypedResults.BadRequest(
                    $"A message has 1 to {LongestText} characters, none of them a control character.");
            }
            race.Write(text);
            return TypedResults.NoContent();
        });
        app.MapPost("/writing", Results<NoContent, BadRequest<string>> (WritingRequest request) =>
        {
            if (request.PerSecond is not (>= 0 and <= HighestRate))
            {
                return TypedResults.BadRequest($"The class writes 0 to {HighestRate} messages per second.");
            }
            race.WriteBySelf(request.PerSecond);
            return TypedResults.NoContent();
        });
        app.MapPost("/faults", Results<NoContent, BadRequest<string>> (FaultRequest request) =>
        {
            if (!Enum.TryParse<Fault>(request.Fault, ignoreCase: true, out var fault) || !Enum.IsDefined(fault))
            {
                return TypedResults.BadRequest($"The faults are {string.Join(", ", Enum.GetNames<Fault>())}.");
            }
            // Not awaited: a restart takes a while, and the page is told of it.
            _ = race.BreakAsync(fault, request.Step);
            return TypedResults.NoContent();
        });
        app.MapPost("/refresh", () =>
        {
            race.Refresh();
            return TypedResults.NoContent();
        });
        app.MapPost("/counters/reset", () =>
        {
            race.CountFromNow();
            return TypedResults.NoContent();
        });
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

    /// <param name="Fault">A fault's name.</param>
    /// <param name="Step">The number of the lane's step; null is all lanes.</param>
    sealed record FaultRequest(string? Fault, int? Step);
}
