using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.Logging;

namespace Tests;

/// <summary>One step in this process on a real socket: Kestrel, on a free port of loopback, in the environment of a published step.</summary>
public sealed class StepServer<TProgram> : WebApplicationFactory<TProgram> where TProgram : class
{
    readonly (string Key, string Value)[] settings;

    /// <summary>With the step's own settings.</summary>
    public StepServer() : this([])
    {
    }

    /// <summary>With others, as the command line gives them: ("HoldSeconds", "1").</summary>
    internal StepServer(params (string Key, string Value)[] settings)
    {
        this.settings = settings;
        UseKestrel(); // Not UseKestrel(0): that sets the port while the step may be starting already, on its own one.
        StartServer();
        Http = CreateClient();
        Http.Timeout = Wait.Patience;
    }

    /// <summary>A client of this server. It follows no redirects and keeps no cookies, because there are none.</summary>
    public HttpClient Http { get; }

    /// <summary>http://127.0.0.1:PORT</summary>
    public Uri Address => Http.BaseAddress!;

    /// <summary>The step's name, which is that of its folder and of its assembly.</summary>
    public static string Step => typeof(TProgram).Assembly.GetName().Name!;

    /// <inheritdoc/>
    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment("Production");
        builder.UseSetting("urls", "http://127.0.0.1:0");
        builder.ConfigureLogging(logging => logging.ClearProviders());
        foreach (var (key, value) in settings)
        {
            builder.UseSetting(key, value);
        }
    }
}
