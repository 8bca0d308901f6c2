using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.Logging;

namespace Tests;

/// <summary>
/// One step in this process on a real socket: Kestrel, on a free port of loopback, in the environment of a published
/// step. A warning or an error in its log fails the test that disposes of it.
/// </summary>
/// <remarks>If the step cannot listen, it sets this process's exit code. On port 0 it can.</remarks>
public sealed class StepServer<TProgram> : WebApplicationFactory<TProgram>, IStepServer
    where TProgram : class
{
    readonly (string Key, string Value)[] settings;
    readonly FailureLogger log = new();

    /// <summary>With the step's own settings.</summary>
    public StepServer()
        : this([])
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

    /// <summary>A client of this server.</summary>
    public HttpClient Http { get; }

    /// <summary>http://127.0.0.1:PORT</summary>
    public Uri Address => Http.BaseAddress!;

    /// <summary>The step's name, which is that of its folder and of its assembly.</summary>
    public static string Step => typeof(TProgram).Assembly.GetName().Name!;

    /// <inheritdoc/>
    public void AssertQuiet() => log.AssertQuiet();

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        AssertQuiet();
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc/>
    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment("Production");
        builder.UseSetting("urls", "http://127.0.0.1:0");
        builder.ConfigureLogging(logging => logging.ClearProviders().AddProvider(log));
        foreach (var (key, value) in settings)
        {
            builder.UseSetting(key, value);
        }
    }
}
