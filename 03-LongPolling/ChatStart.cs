using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.AspNetCore.Connections;

/// <summary>
/// How a server starts, and what it says if it cannot. The same file in all steps: you may leave it
/// closed.
/// </summary>
static class ChatStart
{
    // A module initializer runs before Program.cs, whose first line would begin to watch
    // appsettings.json. Nothing here needs that, and Linux lets a user watch in 128 places only:
    // on a computer that many share, they can all be taken.
    [ModuleInitializer]
    public static void WatchNoSettings()
    {
        Environment.SetEnvironmentVariable("DOTNET_hostBuilder__reloadConfigOnChange", "false");
    }

    /// <summary>Runs until Ctrl+C. If it cannot listen, one clear line says why.</summary>
    public static void RunChat(this WebApplication app)
    {
        var urls = app.Configuration["Urls"];
        try
        {
            app.Run();
        }
        catch (Exception exception) when (IsOfAddress(exception))
        {
            Console.Error.WriteLine($"{Explain(exception, urls)}: --urls http://localhost:3005");
            Environment.ExitCode = 1;
        }
    }

    // What Kestrel, the web server, throws because of an address. Any other error is thrown on.
    static bool IsOfAddress(Exception exception)
    {
        return exception is FormatException
            or SocketException
            or IOException { InnerException: AddressInUseException }
            or ArgumentOutOfRangeException { ParamName: "port" }
            or InvalidOperationException { Source: "Microsoft.AspNetCore.Server.Kestrel.Core" };
    }

    static string Explain(Exception exception, string? urls)
    {
        // Only the first line: what follows in it is advice for other cases.
        var message = exception.Message.Split('\n')[0].Trim().TrimEnd('.');
        return exception switch
        {
            IOException =>
                $"{message}. Stop what runs there, or choose another port",
            ArgumentOutOfRangeException =>
                $"The port in {urls} is above 65535. Choose another one",
            SocketException { SocketErrorCode: SocketError.AddressNotAvailable } =>
                $"{urls} is no address of this machine. Choose another one",
            _ =>
                $"{urls} is not possible: {message}. Choose an address such as this one",
        };
    }
}
