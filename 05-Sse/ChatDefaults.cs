using System.Text;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Net.Http.Headers;

/// <summary>
/// What every web server needs and no step is about. The same file in all steps: you may leave it
/// closed.
/// </summary>
static class ChatDefaults
{
    /// <summary>Validation, errors in words (RFC 9457), limits, and the log.</summary>
    public static void AddChatDefaults(this WebApplicationBuilder builder)
    {
        // The log has letters such as і and ґ as they are, also in a console of Windows.
        Console.OutputEncoding = Encoding.UTF8;

        builder.Services.AddValidation();
        builder.Services.AddProblemDetails();
        builder.Services.ConfigureHttpJsonOptions(options =>
        {
            // What is not known is left out: a message without a key has no "key": null.
            options.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        });

        // Kestrel is the web server. By default, it does not read its limits in appsettings.json.
        var kestrel = builder.Configuration.GetSection("Kestrel");
        builder.Services.Configure<KestrelServerOptions>(kestrel);

        builder.Services.Configure<HostOptions>(options =>
        {
            // Ctrl+C does not wait for a client that sends half a request (by default 30 s).
            options.ShutdownTimeout = TimeSpan.FromSeconds(0.5);
        });

        builder.Services.AddExceptionHandler(options =>
        {
            // Not logged as an error: a request that Ctrl+C has cut short.
            options.SuppressDiagnosticsCallback = context =>
                context.Exception is OperationCanceledException && IsStopping(context.HttpContext);
        });

        builder.Services.Configure<RouteHandlerOptions>(options =>
        {
            // A bad request gets an answer. In the environment Development, in which editors start
            // the server, it would by default be an exception.
            options.ThrowOnBadRequest = false;
        });
    }

    /// <summary>Errors in words, headers, and the files of the page.</summary>
    public static void UseChatDefaults(this WebApplication app)
    {
        app.UseExceptionHandler();
        app.UseStatusCodePages();

        // What Use() is given runs for each request. next() is what comes after it, and in the end
        // the endpoint of Program.cs.
        app.Use((context, next) =>
        {
            // The steps share a port: a script cached from another one would run in this page.
            context.Response.Headers.CacheControl = "no-store";
            // The browser believes our Content-Type: it does not guess another from the content.
            context.Response.Headers.XContentTypeOptions = "nosniff";
            return next(context);
        });
        app.Use(RefuseWhatIsNotUtf8);
        app.UseWhen(IsHead, branch => branch.Use(AnswerHead));

        app.MapFile("/", "index.html", "text/html");
        app.MapFile("/style.css", "style.css", "text/css");
        app.MapFile("/page.js", "page.js", "text/javascript");
        app.MapFile("/chat.js", "chat.js", "text/javascript");
    }

    static bool IsStopping(HttpContext context)
    {
        var lifetime = context.RequestServices.GetRequiredService<IHostApplicationLifetime>();
        return lifetime.ApplicationStopping.IsCancellationRequested;
    }

    static Task RefuseWhatIsNotUtf8(HttpContext context, RequestDelegate next)
    {
        // It may be encoded by gzip, for example. "identity" is the word for: not encoded.
        var encoding = context.Request.Headers.ContentEncoding.ToString();
        if (encoding != "" && !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase))
        {
            context.Response.Headers.AcceptEncoding = "identity";
            return Refuse("The body must not be compressed or otherwise encoded.");
        }

        // JSON is UTF-8 (RFC 8259). At a charset that it does not know, the framework throws: it
        // does not know "utf-8" in quotes, which is the same.
        var headers = context.Request.GetTypedHeaders();
        var contentType = headers.ContentType;
        if (contentType != null && contentType.Charset.HasValue)
        {
            var charset = HeaderUtilities.RemoveQuotes(contentType.Charset);
            if (!charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase))
            {
                return Refuse("The charset of the body must be utf-8.");
            }
            contentType.Charset = "utf-8";
            headers.ContentType = contentType;
        }
        return next(context);

        Task Refuse(string detail)
        {
            const int Status = StatusCodes.Status415UnsupportedMediaType;
            return TypedResults.Problem(detail, statusCode: Status).ExecuteAsync(context);
        }
    }

    static bool IsHead(HttpContext context)
    {
        return HttpMethods.IsHead(context.Request.Method);
    }

    // HEAD asks for the head of what GET would answer (curl -I). What MapGet maps is for GET alone:
    // the framework says 405. It is not run for a HEAD: a long poll would wait, and whoever opens
    // an event stream would be listed as online.
    static async Task AnswerHead(HttpContext context, RequestDelegate next)
    {
        await next(context);
        var response = context.Response;
        if (response.StatusCode == StatusCodes.Status405MethodNotAllowed
            && response.Headers.Allow.ToString().Contains("GET"))
        {
            response.StatusCode = StatusCodes.Status200OK;
            response.Headers.Remove("Allow");
            response.ContentType = context.Request.Path == "/events"
                ? "text/event-stream"
                : "application/json; charset=utf-8";
        }
    }

    // Each file by name: nothing else of the folder is served.
    static void MapFile(this WebApplication app, string url, string name, string contentType)
    {
        var path = Path.Combine(app.Environment.ContentRootPath, name);
        app.MapMethods(url, [HttpMethods.Get, HttpMethods.Head], (HttpResponse response) =>
        {
            // The page loads only what is ours (data: is its empty icon), and is shown in no frame
            // of another site. No form leaves by itself: chat.js sends.
            response.Headers.ContentSecurityPolicy =
                "default-src 'self'; img-src data:; base-uri 'none'; " +
                "form-action 'none'; frame-ancestors 'none'";
            return TypedResults.PhysicalFile(path, contentType);
        });
    }
}
