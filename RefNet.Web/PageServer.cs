using System.Net;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using RefNet.Web.Endpoints;
using RefNet.Web.Served;
using RefNet.Web.Trainings;

namespace RefNet.Web;

/// <summary>The server of the page, on 127.0.0.1: <see cref="Guard"/> controls access, and the files in Endpoints answer requests.</summary>
public sealed class PageServer : IAsyncDisposable
{
    /// <summary>The largest picture accepted, in bytes.</summary>
    public const int MostBytes = 8 << 20;

    private const int MostConnections = 64;

    private readonly WebApplication application;
    private readonly Guard guard;
    private readonly LiveTrainings trainings;

    private PageServer(WebApplication application, Guard guard, LiveTrainings trainings) => (this.application, this.guard, this.trainings) = (application, guard, trainings);

    /// <summary>The address of the page, with the token of this start.</summary>
    public Uri Address => new($"http://127.0.0.1:{Port}/?token={guard.Token}");

    /// <summary>The port of the server.</summary>
    public int Port { get; private set; }

    /// <summary>Starts the server.</summary>
    /// <exception cref="InputException">The run cannot be read, or the port is in use.</exception>
    public static async Task<PageServer> Start(ServedSettings settings)
    {
        ServedNetworks networks = new(settings);
        LiveTrainings trainings = new(settings, networks);

        // Empty: no configuration file and no environment variable affects it, and nothing is logged.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MostBytes;
            kestrel.Limits.MaxConcurrentConnections = MostConnections;
            kestrel.Listen(IPAddress.Loopback, settings.Port);
        });
        builder.Services.AddRoutingCore();
        builder.Services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true); // so that Problems reports what is wrong
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        // JSON has neither NaN nor infinity: they become strings.
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals);

        PageServer? server = null;
        Guard guard = new(() => server!.Port);
        WebApplication application = builder.Build();
        application.Use(guard.Watch);
        application.Use(Problems.Catch);
        application.UseRouting();
        PageFiles.Map(application);
        NetworkEndpoints.Map(application, networks, settings);
        LookEndpoints.Map(application, networks);
        CellEndpoints.Map(application, networks);
        GradientEndpoints.Map(application, networks);
        MethodEndpoints.Map(application, networks, settings);
        TrainingEndpoints.Map(application, trainings);
        application.UseEndpoints(_ => { });
        server = new PageServer(application, guard, trainings);
        try
        {
            await application.StartAsync();
        }
        catch (IOException error)
        {
            throw new InputException($"--port {settings.Port}: expected a free port; found one in use. Choose another, or leave it out. ({error.Message})");
        }

        string address = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        server.Port = new Uri(address).Port;
        return server;
    }

    /// <summary>Stops all trainings and the server.</summary>
    public async ValueTask DisposeAsync()
    {
        trainings.Dispose();
        using CancellationTokenSource atOnce = new(TimeSpan.FromSeconds(1)); // event streams would stay open
        await application.StopAsync(atOnce.Token);
        await application.DisposeAsync();
    }

    // The command handles signals: Ctrl-C stops the server, SIGTERM ends the process, as with all commands.
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellation) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellation) => Task.CompletedTask;
    }
}
