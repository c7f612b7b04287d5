using Microsoft.AspNetCore.Builder;
using Towpath.Cli.Client;
using Towpath.Server.Api;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Server.Api;

/// <summary>The real server on a free port, in front of a fake.</summary>
internal sealed class RunningApi : IAsyncDisposable
{
    private RunningApi(WebApplication host, FakeControlPlane plane, string token)
    {
        Host = host;
        Plane = plane;
        Token = token;
        Url = new Uri(host.Urls.First());
        Client = new ControlPlaneClient(Url.ToString(), token);
        Http.BaseAddress = Url;
    }

    public WebApplication Host { get; }

    public FakeControlPlane Plane { get; }

    public string Token { get; }

    public Uri Url { get; }

    public ControlPlaneClient Client { get; }

    public HttpClient Http { get; } = new(new SocketsHttpHandler { UseProxy = false });

    public static async Task<RunningApi> StartAsync(FakeControlPlane? plane = null, Func<HostOptions, HostOptions>? change = null)
    {
        plane ??= new FakeControlPlane();
        var token = ApiToken.Create();
        var options = new HostOptions(0, ApiToken.Hash(token));
        var host = ControlPlaneHost.Build(plane, change?.Invoke(options) ?? options);
        await host.StartAsync();
        return new RunningApi(host, plane, token);
    }

    public HttpRequestMessage Request(HttpMethod method, string path, string? token = null)
    {
        var request = new HttpRequestMessage(method, path);
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token ?? Token}");
        return request;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        Http.Dispose();
        await Host.DisposeAsync();
    }
}
