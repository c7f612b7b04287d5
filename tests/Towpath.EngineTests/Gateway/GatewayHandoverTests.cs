using System.Net;
using System.Net.Sockets;
using System.Text;
using Towpath.Core.Containers;
using Towpath.Core.Diagnostics;

namespace Towpath.EngineTests.Gateway;

public sealed class GatewayHandoverTests : IAsyncLifetime
{
    private readonly GatewayHarness _harness = new();
    private EchoReplica _api = null!;
    private EchoReplica _warm = null!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(LocalHaproxyEngine.SkipReason is not null, LocalHaproxyEngine.SkipReason ?? "");
        _api = await EchoReplica.StartAsync("api");
        _warm = await EchoReplica.StartAsync("api");
        await _harness.EnsureAsync(_api.Server);
        await _harness.Gateway.AdmitAsync(_warm.Server with { Weight = 0 }, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await _harness.DisposeAsync();
        if (_api is null) return;
        await _api.DisposeAsync();
        await _warm.DisposeAsync();
    }

    [Fact]
    public async Task HandOver_NewVersionsUnderLoad_FailsNoRequestAndKeepsWeights()
    {
        await using (var traffic = new Traffic(_harness.Public("/api/orders")))
        {
            for (var round = 1; round <= 5; round++)
            {
                await traffic.MoreAsync(100);
                _harness.Plan = _harness.Plan with { Image = $"haproxy:{round}" };
                (await _harness.Gateway.EnsureAsync(_harness.Plan, _harness.Desired, [_api.Server], CancellationToken.None)).ShouldBe($"gateway-{round + 1}");
            }

            await traffic.MoreAsync(100);
            var report = await traffic.EndAsync();
            TestContext.Current.SendDiagnosticMessage("{0} requests, p50 {1}, p99 {2}", report.Total.Sent, report.Total.P50, report.Total.P99);
            report.Total.Failed.ShouldBe(0, string.Join('\n', report.Samples));
        }

        // One that was admitted at run time, without weight, is neither lost nor let in by a handover.
        (await _harness.Gateway.ServersAsync(CancellationToken.None)).Single(s => s.Name == _warm.Name).Weight.ShouldBe(0);
        _warm.Requests.ShouldBe(0);
        await GatewayHarness.EventuallyAsync(
            async () =>
            {
                await _harness.EnsureAsync(_api.Server);
                return (await _harness.Engine.ListContainersAsync([$"{ContainerLabels.Gateway}=gateway"], CancellationToken.None)).Count == 1;
            },
            "only the last proxy is left");
    }

    [Fact]
    public async Task HandOver_RequestUnderWay_IsFinishedByTheProxyBefore()
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, _harness.PublicPort);
        var stream = client.GetStream();
        await stream.WriteAsync("POST /api/orders HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nab"u8.ToArray(), CancellationToken.None);
        await GatewayHarness.EventuallyAsync(() => Task.FromResult(_api.Requests > 0), "the request is at the replica");
        _harness.Plan = _harness.Plan with { Image = "haproxy:next" };
        await _harness.EnsureAsync(_api.Server);

        // The replica must not go while the proxy before still talks to it.
        var retire = _harness.Gateway.RetireAsync("api", _api.Name, TimeSpan.FromSeconds(20), CancellationToken.None);
        await Task.Delay(500);
        retire.IsCompleted.ShouldBeFalse();
        await stream.WriteAsync("cd"u8.ToArray(), CancellationToken.None);
        var answer = new byte[4096];
        var length = await stream.ReadAsync(answer, CancellationToken.None);
        Encoding.ASCII.GetString(answer, 0, length).ShouldStartWith("HTTP/1.1 200");
        client.Dispose();
        await retire;
    }

    [Fact]
    public async Task HandOver_NewProxyEndsAtOnce_LeavesTheOneBefore()
    {
        var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var other = ((IPEndPoint)taken.LocalEndpoint).Port;
        _harness.Plan = _harness.Plan with { Image = "haproxy:next" };
        _harness.Desired = _harness.Desired with { Backends = _harness.Desired.Backends.Add(new GatewayBackend("late", other, null)) };
        var thrown = await Should.ThrowAsync<DiagnosticException>(() => _harness.EnsureAsync(_api.Server));
        thrown.Diagnostics[0].Code.ShouldBe("TP5507");
        (await _harness.EchoAsync(_harness.Public("/api/x"))).Name.ShouldBe(_api.Name);
        (await _harness.Engine.InspectContainerAsync("gateway-2", CancellationToken.None)).ShouldBeNull();

        taken.Dispose();
        await _harness.EnsureAsync(_api.Server);
        (await _harness.EchoAsync(_harness.Public("/api/x"))).Name.ShouldBe(_api.Name);
    }

    [Fact]
    public async Task Runs_AnchorOrProxyGone_IsFalseUntilMadeAnew()
    {
        (await _harness.Gateway.RunsAsync("gateway", CancellationToken.None)).ShouldBeTrue();
        await _harness.Engine.StopContainerAsync("gateway-1", TimeSpan.Zero, CancellationToken.None);
        (await _harness.Gateway.RunsAsync("gateway", CancellationToken.None)).ShouldBeFalse();
        await _harness.EnsureAsync();
        (await _harness.Gateway.RunsAsync("gateway", CancellationToken.None)).ShouldBeTrue();

        // An anchor that began anew has another network than the proxy that was started before.
        await _harness.Engine.StopContainerAsync("gateway", TimeSpan.Zero, CancellationToken.None);
        (await _harness.Gateway.RunsAsync("gateway", CancellationToken.None)).ShouldBeFalse();
        await _harness.Engine.StartContainerAsync("gateway", CancellationToken.None);
        (await _harness.Gateway.RunsAsync("gateway", CancellationToken.None)).ShouldBeFalse();
        await _harness.EnsureAsync(_api.Server);
        (await _harness.Gateway.RunsAsync("gateway", CancellationToken.None)).ShouldBeTrue();
        (await _harness.EchoAsync(_harness.Public("/api/x"))).Name.ShouldBe(_api.Name);
    }
}
