using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Towpath.Core.Containers;
using Towpath.Core.Diagnostics;
using Towpath.Engines.Containers;
using Towpath.Engines.Containers.Gateways;

namespace Towpath.EngineTests.Gateway;

public sealed class GatewayRoutingTests : IAsyncLifetime
{
    private GatewayHarness _harness = null!;
    private EchoReplica _api = null!;
    private EchoReplica _web = null!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(LocalHaproxyEngine.SkipReason is not null, LocalHaproxyEngine.SkipReason ?? "");
        _harness = new GatewayHarness();
        _api = await EchoReplica.StartAsync("api");
        _web = await EchoReplica.StartAsync("web");
        await _harness.EnsureAsync(_api.Server, _web.Server);
    }

    public async ValueTask DisposeAsync()
    {
        if (_harness is null) return;
        await _harness.DisposeAsync();
        await _api.DisposeAsync();
        await _web.DisposeAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Ensure_ProxyEndsWhileAConfigurationIsChecked_IsTriedAgainAndBlamesNobody(bool isGone)
    {
        _harness.Desired = _harness.Desired with { Routes = _harness.Desired.Routes.Add(new GatewayRoute("/more", "api", Strip: false)) };
        _harness.Engine.Exec = () => isGone
            ? throw new EngineException(EngineError.Conflict, "can only create exec sessions on running containers: container state improper")
            : new ExecResult(137, "");

        (await Should.ThrowAsync<DiagnosticException>(() => _harness.EnsureAsync(_api.Server, _web.Server))).Diagnostics[0].Code.ShouldBe(GatewayDiagnostics.NotAnsweringCode);

        _harness.Engine.Exec = null;
        await _harness.EnsureAsync(_api.Server, _web.Server);
        (await _harness.EchoAsync(_harness.Public("/more"))).Service.ShouldBe("api");
    }

    [Theory]
    [InlineData("/", "web", "/", "")]
    [InlineData("/apis", "web", "/apis", "")]
    [InlineData("/api", "api", "/", "/api")]
    [InlineData("/api/orders?page=2", "api", "/orders?page=2", "/api")]
    [InlineData("/api/raw", "api", "/api/raw", "")]
    [InlineData("/api/raw/x", "api", "/api/raw/x", "")]
    [InlineData("/api/rawish", "api", "/rawish", "/api")]
    public async Task Public_Path_GoesToTheLongestRoute(string path, string service, string seen, string prefix)
    {
        var echo = await _harness.EchoAsync(_harness.Public(path));
        (echo.Service, echo.Path, echo.Prefix).ShouldBe((service, seen, prefix));
        echo.For.ShouldBe("127.0.0.1");
    }

    [Fact]
    public async Task Public_NoRoute_Is404Json()
    {
        _harness.Desired = _harness.Desired with { Routes = [new GatewayRoute("/api", "api", Strip: true)] };
        await _harness.EnsureAsync();
        using var response = await _harness.SendAsync(_harness.Public("/elsewhere"));
        response.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/json");
        response.Headers.Contains("X-Request-Id").ShouldBeTrue();
    }

    [Fact]
    public async Task Internal_Host_GoesToTheServiceOfThatName()
    {
        (await _harness.EchoAsync(new Uri($"http://127.0.0.1:{_harness.ApiPort}/x"), "api")).Service.ShouldBe("api");
        (await _harness.EchoAsync(new Uri($"http://127.0.0.1:{_harness.ApiPort}/x"), $"api:{_harness.ApiPort}")).Service.ShouldBe("api");
        (await _harness.EchoAsync(new Uri($"http://127.0.0.1:{_harness.WebPort}/x"), "web")).Service.ShouldBe("web");
        using var wrong = await _harness.SendAsync(new Uri($"http://127.0.0.1:{_harness.WebPort}/x"), "api");
        wrong.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task RequestId_Valid_IsKeptAndLogged()
    {
        using var response = await _harness.SendAsync(_harness.Public("/api/orders?secret=1"), id: "order-7.a");
        response.Headers.GetValues("X-Request-Id").ShouldBe(["order-7.a"]);
        await GatewayHarness.EventuallyAsync(() => Task.FromResult(_harness.Engine.Lines.Any(l => l.Contains("order-7.a", StringComparison.Ordinal))), "a log line");

        var line = _harness.Engine.Lines.First(l => l.Contains("order-7.a", StringComparison.Ordinal));
        line.ShouldNotContain("secret");
        var log = JsonDocument.Parse(line).RootElement;
        log.GetProperty("path").GetString().ShouldBe("/api/orders");
        log.GetProperty("backend").GetString().ShouldBe("api");
        log.GetProperty("server").GetString().ShouldBe(_api.Name);
        log.GetProperty("status").GetInt32().ShouldBe(200);
        log.GetProperty("method").GetString().ShouldBe("GET");
        log.GetProperty("total_ms").GetInt32().ShouldBeGreaterThanOrEqualTo(0);
    }

    [Theory]
    [InlineData("a\"b")]
    [InlineData("a,b")]
    [InlineData("")]
    public async Task RequestId_Invalid_IsReplaced(string id)
    {
        var echo = await _harness.EchoAsync(_harness.Public("/"), id: id);
        Guid.TryParse(echo.Id, out _).ShouldBeTrue();
    }

    [Fact]
    public async Task Upload_LargerThanAnyBuffer_Arrives()
    {
        using var http = new HttpClient();
        using var response = await http.PostAsync(_harness.Public("/api/upload"), new ByteArrayContent(new byte[20_000_000]), CancellationToken.None);
        (await response.Content.ReadAsStringAsync()).ShouldContain("20000000");
    }

    [Fact]
    public async Task Log_RequestThatIsNotHttp_IsStillALineOfJson()
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, _harness.PublicPort);
        await client.GetStream().WriteAsync("NOT \"HTTP\r\n\r\n"u8.ToArray(), CancellationToken.None);
        await GatewayHarness.EventuallyAsync(() => Task.FromResult(_harness.Engine.Lines.Any(l => l.Contains("\"status\":400", StringComparison.Ordinal))), "a log line");
        JsonDocument.Parse(_harness.Engine.Lines.First(l => l.Contains("\"status\":400", StringComparison.Ordinal))).RootElement.GetProperty("server").GetString().ShouldBe("<NOSRV>");
    }

    [Theory]
    [InlineData("public")]
    [InlineData("metrics")]
    [InlineData("internal-80")]
    [InlineData("A.b_c-1")]
    public async Task Ensure_ServiceNamedLikeAPartOfTheGateway_Works(string service)
    {
        await using var other = await EchoReplica.StartAsync(service);
        _harness.Desired = _harness.Desired with
        {
            Backends = [new GatewayBackend(service, _harness.ApiPort, "/healthz")],
            Routes = [new GatewayRoute("/", service, Strip: false)],
        };
        await _harness.EnsureAsync(other.Server);
        using var fresh = new HttpClient();
        (await fresh.GetStringAsync(_harness.Public("/"), CancellationToken.None)).ShouldContain(other.Name);
    }

    [Fact]
    public async Task Metrics_Path_TellsOfBackends()
    {
        using var response = await _harness.SendAsync(new Uri($"http://127.0.0.1:{_harness.Options.MetricsPort}/metrics"));
        (await response.Content.ReadAsStringAsync()).ShouldContain("haproxy_backend_http_responses_total{proxy=\"api\"");
    }

    [Fact]
    public async Task Ensure_Again_TouchesNothing()
    {
        var before = _harness.Configuration;
        await _harness.EnsureAsync(_api.Server, _web.Server);
        _harness.Engine.Signals.ShouldBeEmpty();
        _harness.Engine.Created.ShouldBe(2);
        _harness.Configuration.ShouldBe(before);
    }

    [Fact]
    public async Task Ensure_OtherPort_MakesBothContainersAnew()
    {
        _harness.Plan = _harness.Plan with { PublishedPort = 2 };
        await _harness.EnsureAsync(_api.Server, _web.Server);
        _harness.Engine.Created.ShouldBe(4);
        (await _harness.EchoAsync(_harness.Public("/"))).Service.ShouldBe("web");
    }

    [Fact]
    public async Task Ensure_PortInUse_IsADiagnosticAndLeavesNothing()
    {
        // A plain listener: two HAProxies may share a port (SO_REUSEPORT).
        await using var second = new GatewayHarness();
        using var taken = new TcpListener(IPAddress.Loopback, second.PublicPort);
        taken.Start();
        var thrown = await Should.ThrowAsync<DiagnosticException>(() => second.EnsureAsync());
        thrown.Diagnostics[0].Code.ShouldBe("TP5507");
        (await second.Engine.InspectContainerAsync("gateway-1", CancellationToken.None)).ShouldBeNull();
    }

    [Fact]
    public async Task Servers_Killed_RestartFindsWhatServed()
    {
        await using var more = await EchoReplica.StartAsync("web");
        await _harness.Gateway.AdmitAsync(more.Server, CancellationToken.None);
        await _harness.Gateway.RetireAsync("web", _web.Name, TimeSpan.FromSeconds(5), CancellationToken.None);
        await _harness.Engine.StopContainerAsync("gateway-1", TimeSpan.Zero, CancellationToken.None);
        await _harness.Engine.StartContainerAsync("gateway-1", CancellationToken.None);

        await GatewayHarness.EventuallyAsync(
            async () =>
            {
                try
                {
                    return (await _harness.Gateway.ServersAsync(CancellationToken.None)).Any(s => s.InService);
                }
                catch (DiagnosticException)
                {
                    return false;
                }
            },
            "the gateway answers");
        var servers = await _harness.Gateway.ServersAsync(CancellationToken.None);
        servers.Where(s => s.Admin == GatewayServerAdmin.Ready).Select(s => s.Name).Order(StringComparer.Ordinal).ShouldBe([_api.Name, more.Name]);
        (await _harness.EchoAsync(_harness.Public("/"))).Name.ShouldBe(more.Name);
    }
}
