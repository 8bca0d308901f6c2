using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

/// <summary>What every web server needs and no step is about. The same file in all steps.</summary>
static class ChatDefaults
{
    /// <summary>Validation, errors in words (RFC 9457), and limits.</summary>
    public static void AddChatDefaults(this WebApplicationBuilder builder)
    {
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

        app.Use((context, next) =>
        {
            // The steps share a port: a script cached from another one would run in this page.
            context.Response.Headers.CacheControl = "no-store";
            context.Response.Headers.XContentTypeOptions = "nosniff";
            return next(context);
        });

        app.Use((context, next) =>
        {
            if (IsUtf8(context.Request))
            {
                return next(context);
            }
            context.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            return Task.CompletedTask;
        });

        app.MapFile("/", "index.html", "text/html");
        app.MapFile("/style.css", "style.css", "text/css");
        app.MapFile("/page.js", "page.js", "text/javascript");
        app.MapFile("/chat.js", "chat.js", "text/javascript");
    }

    /// <summary>Runs until Ctrl+C. A port in use is one clear line.</summary>
    public static void RunChat(this WebApplication app)
    {
        try
        {
            app.Run();
        }
        catch (IOException exception) when (exception.InnerException is AddressInUseException)
        {
            Console.Error.WriteLine($"{exception.Message} Stop what runs there, or choose " +
                "another port: --urls http://localhost:3005");
            Environment.ExitCode = 1;
        }
    }

    static bool IsStopping(HttpContext context)
    {
        var lifetime = context.RequestServices.GetRequiredService<IHostApplicationLifetime>();
        return lifetime.ApplicationStopping.IsCancellationRequested;
    }

    // JSON is UTF-8 (RFC 8259). At a charset that it does not know, the framework throws.
    static bool IsUtf8(HttpRequest request)
    {
        var contentType = request.GetTypedHeaders().ContentType;
        if (contentType == null || !contentType.Charset.HasValue)
        {
            return true;
        }
        return contentType.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase);
    }

    // Each file by name: nothing else of the folder is served.
    static void MapFile(this WebApplication app, string url, string name, string contentType)
    {
        var path = Path.Combine(app.Environment.ContentRootPath, name);
        app.MapGet(url, (HttpResponse response) =>
        {
            response.Headers.ContentSecurityPolicy =
                "default-src 'self'; img-src data:; base-uri 'none'; " +
                "form-action 'none'; frame-ancestors 'none'";
            return TypedResults.PhysicalFile(path, contentType);
        });
    }
}
