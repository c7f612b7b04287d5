using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Builder;
using Towpath.Server;
using Towpath.Server.Api;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Server;

/// <summary>A real control plane behind its real API, with its loops, on an engine in memory.</summary>
internal sealed class RunningControlPlane : IAsyncDisposable
{
    private const string OwnersToken = "of-the-owner-and-long-enough-to-be-one";

    private readonly ControlPlane _plane;
    private readonly WebApplication _host;

    private RunningControlPlane(ControlPlane plane, WebApplication host, ConcurrentQueue<string> log)
    {
        (_plane, _host, Log) = (plane, host, log);
        Url = new Uri(host.Urls.First());
        Http = Client(OwnersToken);
    }

    /// <summary>What it said.</summary>
    public ConcurrentQueue<string> Log { get; }

    public Uri Url { get; }

    /// <summary>Asks as the owner.</summary>
    public HttpClient Http { get; }

    /// <summary>The routes and whatever else the server is made of.</summary>
    public IServiceProvider Services => _host.Services;

    public static async Task<RunningControlPlane> StartAsync(string folder)
    {
        var log = new ConcurrentQueue<string>();
        var plane = ControlPlaneFactory.Create(new ControlPlaneOptions(folder, "fake", "test", log.Enqueue), new FakeContainerEngine(), TimeProvider.System);
        plane.Start();
        var host = ControlPlaneHost.Build(plane, new HostOptions(0, ApiToken.Hash(OwnersToken)) { RequestBurst = 100_000 });
        await host.StartAsync();
        return new RunningControlPlane(plane, host, log);
    }

    /// <summary>Asks with another token, or none.</summary>
    public HttpClient Client(string? token)
    {
        var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = Url };
        if (token is not null) http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return http;
    }

    /// <summary>Adds somebody who may see everything; asks as him.</summary>
    public async Task<HttpClient> ViewerAsync()
    {
        (await PostAsync("accounts", new AccountRequest("vic", Towpath.Core.Identity.AccountKind.Person, null, "owner"))).EnsureSuccessStatusCode();
        (await PostAsync("accounts/vic/grants", new GrantRequest(Towpath.Core.Identity.Role.Viewer, null, null, "owner"))).EnsureSuccessStatusCode();
        var token = await (await PostAsync("accounts/vic/tokens", new TokenRequest(null, null, null, 1, "owner"))).Content.ReadFromJsonAsync<NewTokenAnswer>(ApiJson.Options);
        return Client(token!.Token);
    }

    public Task<HttpResponseMessage> PostAsync<T>(string path, T body) => Http.PostAsJsonAsync("/api/v1/" + path, body, ApiJson.Options);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _host.DisposeAsync();
        await _plane.DisposeAsync();
    }
}
