using System.Diagnostics;
using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Towpath.Core.Configuration;
using Towpath.Core.Containers;
using Towpath.Engines.Containers;
using Towpath.Server;
using Towpath.Server.Api;

namespace Towpath.Bench;

/// <summary>A control plane whose store holds many applications, on an engine that holds nothing. It only answers: none of its loops runs.</summary>
internal sealed class ApiGround : IAsyncDisposable
{
    private static readonly string Token = ApiToken.Create();

    private readonly WebApplication _host;
    private readonly IServedControlPlane _plane;

    private ApiGround(WebApplication host, IServedControlPlane plane, TimeSpan start)
    {
        (_host, _plane, Start) = (host, plane, start);
        Http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(host.Urls.Single()) };
        Http.DefaultRequestHeaders.Authorization = new System.Net.Http.Headers.AuthenticationHeaderValue("Bearer", Token);
    }

    public HttpClient Http { get; }

    /// <summary>From opening the store to the first answer.</summary>
    public TimeSpan Start { get; private set; }

    /// <summary>Starts it on a filled store.</summary>
    public static async Task<ApiGround> StartAsync(string folder, Secret? postgres, int streams, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        var plane = ControlPlaneFactory.Create(new ControlPlaneOptions(folder, "none", "bench") { Configuration = ServerConfiguration.None with { Postgres = postgres } }, DispatchProxy.Create<IContainerEngine, EmptyEngine>(), TimeProvider.System);
        var host = ControlPlaneHost.Build(plane, new HostOptions(0, ApiToken.Hash(Token))
        {
            // One token asks for all: its allowance is not the question.
            RequestBurst = int.MaxValue,
            MaxStreamsOfCaller = streams,
        });
        await host.StartAsync(cancellationToken);
        var ground = new ApiGround(host, plane, default);
        using var first = await ground.Http.GetAsync(new Uri("/api/v1/about", UriKind.Relative), cancellationToken);
        first.EnsureSuccessStatusCode();
        ground.Start = watch.Elapsed;
        return ground;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _host.StopAsync();
        await _host.DisposeAsync();
        if (_plane is IAsyncDisposable disposable) await disposable.DisposeAsync();
    }

}

/// <summary>An engine on which nothing runs.</summary>
public class EmptyEngine : DispatchProxy
{
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.Name switch
    {
        "get_Kind" => "none",
        nameof(IContainerEngine.VersionAsync) => Task.FromResult("0"),
        nameof(IContainerEngine.ListContainersAsync) => Task.FromResult<IReadOnlyList<ObservedContainer>>([]),
        _ => throw new NotSupportedException(targetMethod.Name),
    };
}
