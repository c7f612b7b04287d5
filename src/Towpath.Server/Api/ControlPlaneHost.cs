using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Towpath.Server.Api.Pages;
using Towpath.Server.Dashboard;
using Towpath.Server.Git;

namespace Towpath.Server.Api;

/// <summary>Puts the control plane behind HTTP on the loopback address, and behind TLS or a proxy where it is told to.</summary>
public static class ControlPlaneHost
{
    /// <summary>Builds the web application; the caller starts, stops and disposes it. A port that is taken fails the start with an <see cref="IOException"/>.</summary>
    public static WebApplication Build(IServedControlPlane plane, HostOptions options)
    {
        // The empty builder reads no appsettings and no environment: what is not written here does not happen.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Limit(kestrel, options));
        builder.Logging.AddSimpleConsole(console => console.TimestampFormat = "yyyy-MM-ddTHH:mm:ssZ ");
        builder.Logging.Services.Configure<Microsoft.Extensions.Logging.Console.SimpleConsoleFormatterOptions>(console => console.UseUtcTimestamp = true);
        builder.Logging.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);

        // A start that fails is told as a diagnostic by the caller; the framework would add its stack trace.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
        AddServices(builder.Services, plane, options);

        var app = builder.Build();
        app.UseMiddleware<Problems>();
        app.UseRouting();
        app.UseMiddleware<Doorkeeper>();
        app.UseRateLimiter();
        app.UseRequestTimeouts();
        app.UseMiddleware<EntityTags>();
        app.MapControlPlane();
        app.MapPages();
        app.MapDashboard();
        app.MapDescription();
        return app;
    }

    private static void Limit(KestrelServerOptions kestrel, HostOptions options)
    {
        kestrel.AddServerHeader = false;
        kestrel.Listen(IPAddress.Loopback, options.Port, listen => listen.Protocols = HttpProtocols.Http1);
        options.Outer?.Open(kestrel);
        kestrel.Limits.MaxConcurrentConnections = options.MaxConnections;
        kestrel.Limits.MaxRequestBodySize = options.MaxBodyBytes;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        kestrel.Limits.KeepAliveTimeout = TimeSpan.FromMinutes(2);
    }

    private static void AddServices(IServiceCollection services, IServedControlPlane plane, HostOptions options)
    {
        services.AddSingleton(plane);
        services.AddScoped<Caller>();
        services.AddScoped<IControlPlane, JudgedControlPlane>();
        services.AddScoped<IGitHost, JudgedGit>();
        services.AddSingleton(plane.Time);
        services.AddSingleton<PushWatchers>();
        services.AddScoped<PushDesk>();
        services.AddSingleton(options);
        services.AddSingleton<LoginPages>();
        services.AddSingleton<FirstPages>();
        services.AddSingleton<TerminalPages>();
        services.AddSingleton<StreamPlaces>();
        services.AddSingleton<Lines>();
        services.AddSingleton<EventStream>();
        services.AddRouting();
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        services.ConfigureHttpJsonOptions(json => ApiJson.ConfigureStrictly(json.SerializerOptions));
        services.Configure<Microsoft.Extensions.Hosting.HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(10));
        services.AddRequestTimeouts(timeouts => timeouts.DefaultPolicy = new() { Timeout = options.RequestTimeout });
        services.AddRateLimiter(limiter => RequestLimits.Set(limiter, options));
        services.AddDescription();
    }
}
