using System.Collections.Immutable;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using Towpath.Core.Containers;
using Towpath.Engines.Containers.Gateways;
using RealGateway = Towpath.Engines.Containers.Gateways.Gateway;

namespace Towpath.EngineTests.Gateway;

/// <summary>One real HAProxy on loopback ports of its own, in a temporary folder.</summary>
internal sealed class GatewayHarness : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gateway-").FullName;
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(60) };

    public GatewayHarness(TimeSpan? wait = null)
    {
        var ports = FreePorts(4);
        (PublicPort, ApiPort, WebPort) = (ports[0], ports[1], ports[2]);
        Options = new HaproxyOptions(_folder, "127.0.0.1", PublicPort, ports[3], wait ?? TimeSpan.FromSeconds(20));
        Gateway = new RealGateway(Engine, _folder, TimeProvider.System, Options);
        Desired = new GatewayDesired(
            [new GatewayBackend("api", ApiPort, "/healthz"), new GatewayBackend("web", WebPort, null)],
            [new GatewayRoute("/api", "api", Strip: true), new GatewayRoute("/", "web", Strip: false), new GatewayRoute("/api/raw", "api", Strip: false)],
            200)
        {
            SlowAfter = TimeSpan.FromMilliseconds(300),
        };
    }

    public LocalHaproxyEngine Engine { get; } = new();

    public RealGateway Gateway { get; }

    public HaproxyOptions Options { get; }

    public GatewayDesired Desired { get; set; }

    public GatewayPlan Plan { get; set; } = new("gateway", "none", "127.0.0.1", "127.0.0.1", 1, ImmutableSortedDictionary<string, string>.Empty);

    public int PublicPort { get; }

    public int ApiPort { get; }

    public int WebPort { get; }

    public Uri Public(string path) => new($"http://127.0.0.1:{PublicPort}{path}");

    public string Configuration => File.ReadAllText(Options.ConfigurationPath);

    public Task EnsureAsync(params GatewayServer[] servers) => Gateway.EnsureAsync(Plan, Desired, servers, CancellationToken.None);

    public async Task<Echo> EchoAsync(Uri uri, string? host = null, string? id = null)
    {
        using var response = await SendAsync(uri, host, id);
        response.StatusCode.ShouldBe(HttpStatusCode.OK, string.Join('\n', Engine.Lines.TakeLast(20)));
        return (await response.Content.ReadFromJsonAsync<Echo>())!;
    }

    public async Task<HttpResponseMessage> SendAsync(Uri uri, string? host = null, string? id = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, uri);
        if (host is not null) request.Headers.Host = host;
        if (id is not null) request.Headers.TryAddWithoutValidation("X-Request-Id", id);
        return await _http.SendAsync(request);
    }

    /// <summary>Waits for something that another process does; fails the test when it never comes.</summary>
    public static async Task EventuallyAsync(Func<Task<bool>> holds, string what)
    {
        for (var attempt = 0; attempt < 400; attempt++)
        {
            if (await holds()) return;
            await Task.Delay(25);
        }

        throw new TimeoutException($"Never: {what}");
    }

    public async ValueTask DisposeAsync()
    {
        Gateway.Dispose();
        _http.Dispose();
        await Engine.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static int[] FreePorts(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        foreach (var listener in listeners) listener.Start();
        var ports = listeners.Select(l => ((IPEndPoint)l.LocalEndpoint).Port).ToArray();
        foreach (var listener in listeners) listener.Dispose();
        return ports;
    }
}
