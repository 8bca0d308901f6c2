using System.Reflection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Tests;

/// <summary>
/// A step in this process, on a real socket of loopback. Each test has its own. A warning or an error in its log fails
/// the test that disposes of it.
/// </summary>
sealed class Step : IAsyncDisposable
{
    readonly (string Key, string Value)[] settings;
    IAsyncDisposable? server;

    Step(int number, (string Key, string Value)[] settings)
    {
        Technique = Technique.Of($"{number}");
        this.settings = settings;
    }

    public Technique Technique { get; }

    public int Number => Technique.Number;

    /// <summary>http://127.0.0.1:PORT; null while it is stopped.</summary>
    public Uri? Address { get; private set; }

    /// <summary>The folder of its files.</summary>
    public string Folder => Path.Combine(Repository.Root, Technique.Folder);

    /// <summary>What it has written, and complained of.</summary>
    public StepLog Log { get; } = new();

    /// <param name="number">1 to 6.</param>
    /// <param name="settings">
    /// As the command line gives them: ("HoldSeconds", "1"). And ("StopSeconds", "20"), which a step does not know: so
    /// long it waits for its clients to end when it stops, where that is half a second otherwise.
    /// </param>
    public static async Task<Step> StartAsync(int number, params (string Key, string Value)[] settings)
    {
        var step = new Step(number, settings);
        await step.StartAsync();
        return step;
    }

    /// <summary>What one does with it, not by a wire.</summary>
    public Chat Chat() => new(Technique, Address!);

    /// <summary>The same by a wire.</summary>
    public Chat Chat(Wire wire) => new(Technique, wire.Address);

    /// <summary>The network to it: clients come by that, also after a restart.</summary>
    public Wire Wire() => new(() => Address);

    /// <summary>
    /// Ends it as Ctrl+C does, and starts it anew, with nothing in its memory and on another port: nobody can have
    /// taken that meanwhile. Who has to find it again comes by a wire.
    /// </summary>
    public async Task RestartAsync()
    {
        await StopAsync();
        await StartAsync();
    }

    public async Task StopAsync()
    {
        Address = null;
        if (server is not null)
        {
            await server.DisposeAsync();
            server = null;
        }
    }

    public async Task StartAsync()
    {
        var program = Assembly.Load(Technique.Folder).EntryPoint!.DeclaringType!;
        // Starting blocks a thread, and the pool has few.
        await Task.Factory.StartNew(() => Start(program), TaskCreationOptions.LongRunning);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Assert.Empty(Log.Complaints);
    }

    void Start(Type program)
    {
        var factory = typeof(Factory<>).MakeGenericType(program);
        var running = (IRunning)Activator.CreateInstance(factory, settings, Log)!;
        server = running;
        Address = running.Start();
    }

    interface IRunning : IAsyncDisposable
    {
        Uri Start();
    }

    sealed class Factory<TProgram>((string Key, string Value)[] settings, StepLog log)
        : WebApplicationFactory<TProgram>, IRunning
        where TProgram : class
    {
        public Uri Start()
        {
            UseKestrel();
            StartServer();
            return ClientOptions.BaseAddress;
        }

        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            builder.UseEnvironment("Production");
            builder.UseSetting("urls", "http://127.0.0.1:0");
            builder.ConfigureLogging(logging => logging.ClearProviders().AddProvider(log));
            foreach (var (key, value) in settings)
            {
                builder.UseSetting(key, value);
                if (key == "StopSeconds")
                {
                    var limit = TimeSpan.FromSeconds(int.Parse(value));
                    builder.ConfigureServices(
                        services => services.PostConfigure<HostOptions>(options => options.ShutdownTimeout = limit));
                }
            }
        }
    }
}
