using System.Net;
using System.Net.Sockets;
using System.Text;
using Towpath.Core.Containers;
using Towpath.Core.Diagnostics;
using Towpath.Engines.Containers.Gateways;

namespace Towpath.EngineTests.Gateway;

public sealed class GatewayRollingTests
{
    private static readonly TimeSpan Drain = TimeSpan.FromSeconds(10);

    private static void SkipWithoutHaproxy() =>
        Assert.SkipWhen(LocalHaproxyEngine.SkipReason is not null, LocalHaproxyEngine.SkipReason ?? "");

    [Fact]
    public async Task Replace_UnderLoad_FailsNoRequest()
    {
        SkipWithoutHaproxy();
        await using var harness = new GatewayHarness();
        var current = await EchoReplica.StartAsync("api");
        await harness.EnsureAsync(current.Server);
        await using (var traffic = new Traffic(harness.Public("/api/orders")))
        {
            for (var round = 0; round < 10; round++)
            {
                await traffic.MoreAsync(100);
                var next = await EchoReplica.StartAsync("api");
                await harness.Gateway.AdmitAsync(next.Server, CancellationToken.None);
                await harness.Gateway.RetireAsync("api", current.Name, Drain, CancellationToken.None);
                await current.DisposeAsync();
                current = next;
            }

            await traffic.MoreAsync(100);
            var report = await traffic.EndAsync();
            TestContext.Current.SendDiagnosticMessage("{0} requests, p50 {1}, p99 {2}", report.Total.Sent, report.Total.P50, report.Total.P99);
            report.Total.Failed.ShouldBe(0, string.Join('\n', report.Samples));
        }

        current.Requests.ShouldBeGreaterThan(0);
        (await harness.Gateway.ServersAsync(CancellationToken.None)).Select(s => s.Name).ShouldBe([current.Name]);
        harness.Configuration.ShouldContain($"    server {current.Name} ");
        await current.DisposeAsync();
    }

    [Fact]
    public async Task Reload_UnderKeptConnections_FailsNoRequestAndKeepsServers()
    {
        SkipWithoutHaproxy();
        await using var harness = new GatewayHarness();
        await using var api = await EchoReplica.StartAsync("api");
        await using var other = await EchoReplica.StartAsync("api");
        await harness.EnsureAsync(api.Server);
        await harness.Gateway.AdmitAsync(other.Server, CancellationToken.None);
        await using (var traffic = new Traffic(harness.Public("/api/orders")))
        {
            for (var round = 0; round < 5; round++)
            {
                await traffic.MoreAsync(100);
                harness.Desired = harness.Desired with { Routes = harness.Desired.Routes.Add(new GatewayRoute($"/round{round}", "api", Strip: false)) };

                // The second server was admitted at run time and is not named here: the reload must keep it all the same.
                await harness.EnsureAsync(api.Server);
                // On a connection of its own: a kept one may still be at the worker before, with the routes before.
                using var fresh = new HttpClient();
                (await fresh.GetStringAsync(harness.Public($"/round{round}"), CancellationToken.None)).ShouldContain("\"api\"");
            }

            await traffic.MoreAsync(100);
            var report = await traffic.EndAsync();
            TestContext.Current.SendDiagnosticMessage("{0} requests, p50 {1}, p99 {2}", report.Total.Sent, report.Total.P50, report.Total.P99);
            report.Total.Failed.ShouldBe(0, string.Join('\n', report.Samples));
        }

        harness.Engine.Signals.Count.ShouldBe(5);
        (await harness.Gateway.ServersAsync(CancellationToken.None)).Count(s => s.InService).ShouldBe(2);
    }

    [Fact]
    public async Task Request_NoServer_WaitsUntilOneIsUp()
    {
        SkipWithoutHaproxy();
        await using var harness = new GatewayHarness();
        await harness.EnsureAsync();
        var waiting = harness.EchoAsync(harness.Public("/api/orders"));
        await Task.Delay(300);
        waiting.IsCompleted.ShouldBeFalse();

        await using var api = await EchoReplica.StartAsync("api");
        await harness.Gateway.AdmitAsync(api.Server, CancellationToken.None);
        (await waiting).Name.ShouldBe(api.Name);
    }

    [Fact]
    public async Task Request_NoServerForTooLong_Is503Json()
    {
        SkipWithoutHaproxy();
        await using var harness = new GatewayHarness(wait: TimeSpan.FromMilliseconds(300));
        await harness.EnsureAsync();
        using var response = await harness.SendAsync(harness.Public("/api/orders"));
        response.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await response.Content.ReadAsStringAsync()).ShouldContain("no replica");
        response.Headers.Contains("X-Request-Id").ShouldBeTrue();
    }

    [Fact]
    public async Task Replica_Killed_IsTakenOutAndReadsGoOn()
    {
        SkipWithoutHaproxy();
        await using var harness = new GatewayHarness();
        await using var healthy = await EchoReplica.StartAsync("api");
        await using var doomed = await EchoReplica.StartAsync("api");
        await harness.EnsureAsync(healthy.Server, doomed.Server);
        using var http = new HttpClient();
        for (var request = 0; request < 200; request++)
        {
            if (request == 50) await doomed.KillAsync();
            using var response = await http.GetAsync(harness.Public("/api/orders"), CancellationToken.None);
            response.StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        doomed.Requests.ShouldBeGreaterThan(0);
        await GatewayHarness.EventuallyAsync(
            async () => !(await harness.Gateway.ServersAsync(CancellationToken.None)).Single(s => s.Name == doomed.Name).IsUp, "the killed replica is down");
    }

    [Fact]
    public async Task Admit_NotReady_IsADiagnosticAndNoRequestReachesIt()
    {
        SkipWithoutHaproxy();
        await using var harness = new GatewayHarness();
        await using var ready = await EchoReplica.StartAsync("api");
        await using var broken = await EchoReplica.StartAsync("api");
        broken.Ready = false;
        await harness.EnsureAsync(ready.Server);
        var client = new GatewayClient(Path.Combine(harness.Options.Folder, HaproxyConfiguration.SocketName), TimeProvider.System);
        var thrown = await Should.ThrowAsync<DiagnosticException>(
            () => client.AddServerAsync(broken.Server, TimeSpan.FromSeconds(1), CancellationToken.None));
        thrown.Diagnostics[0].Code.ShouldBe("TP5503");
        thrown.Diagnostics[0].Notes[0].ShouldContain("L7STS");

        for (var request = 0; request < 20; request++) await harness.EchoAsync(harness.Public("/api/x"));
        broken.Requests.ShouldBe(0);

        // The half-done server converges once it is ready.
        broken.Ready = true;
        await client.AddServerAsync(broken.Server, TimeSpan.FromSeconds(10), CancellationToken.None);
        (await client.ServersAsync(CancellationToken.None)).ShouldAllBe(s => s.InService);
    }

    [Theory]
    [InlineData("add server {id} {address} check")]
    [InlineData("add server {id} {address} check;enable health {id}")]
    [InlineData("add server {id} {address} check;enable health {id};set server {id} state drain")]
    [InlineData("add server {id} {address} check;enable health {id};set server {id} state maint")]
    [InlineData("add server {id} 127.0.0.3:9 check;enable health {id};set server {id} state ready")]
    public async Task AdmitAndRetire_FromAnyHalfDoneState_Converge(string commands)
    {
        SkipWithoutHaproxy();
        await using var harness = new GatewayHarness();
        await using var api = await EchoReplica.StartAsync("api");
        await harness.EnsureAsync();
        var server = api.Server;
        var text = commands.Replace("{id}", $"api/{server.Name}", StringComparison.Ordinal)
            .Replace("{address}", $"{server.Address}:{server.Port}", StringComparison.Ordinal);

        await CommandAsync(harness, text);
        await harness.Gateway.AdmitAsync(server, CancellationToken.None);
        await harness.Gateway.AdmitAsync(server, CancellationToken.None);
        (await harness.EchoAsync(harness.Public("/api/x"))).Name.ShouldBe(api.Name);
        await harness.Gateway.RetireAsync("api", server.Name, Drain, CancellationToken.None);

        await CommandAsync(harness, text);
        await harness.Gateway.RetireAsync("api", server.Name, Drain, CancellationToken.None);
        await harness.Gateway.RetireAsync("api", server.Name, Drain, CancellationToken.None);
        (await harness.Gateway.ServersAsync(CancellationToken.None)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Retire_RequestUnderWay_WaitsForIt()
    {
        SkipWithoutHaproxy();
        await using var harness = new GatewayHarness();
        await using var api = await EchoReplica.StartAsync("api");
        await using var next = await EchoReplica.StartAsync("api");
        await harness.EnsureAsync(api.Server);
        var slow = harness.EchoAsync(harness.Public("/api/slow"));
        await GatewayHarness.EventuallyAsync(() => Task.FromResult(api.Requests == 1), "the request arrives");
        await harness.Gateway.AdmitAsync(next.Server, CancellationToken.None);
        await harness.Gateway.RetireAsync("api", api.Name, Drain, CancellationToken.None);
        (await slow).Name.ShouldBe(api.Name);
    }

    [Fact]
    public async Task Retire_RequestThatNeverEnds_IsCutOffAfterTheDrain()
    {
        SkipWithoutHaproxy();
        await using var harness = new GatewayHarness();
        await using var api = await EchoReplica.StartAsync("api");
        await harness.EnsureAsync(api.Server);
        var slow = harness.SendAsync(harness.Public("/api/slow"));
        await GatewayHarness.EventuallyAsync(() => Task.FromResult(api.Requests == 1), "the request arrives");
        await harness.Gateway.RetireAsync("api", api.Name, TimeSpan.FromMilliseconds(50), CancellationToken.None);
        (await harness.Gateway.ServersAsync(CancellationToken.None)).ShouldBeEmpty();
        using var response = await slow;
        response.IsSuccessStatusCode.ShouldBeFalse();
    }

    [Fact]
    public async Task Weight_TenToNinety_IsTheShareOfRequests()
    {
        SkipWithoutHaproxy();
        await using var harness = new GatewayHarness();
        await using var stable = await EchoReplica.StartAsync("api");
        await using var canary = await EchoReplica.StartAsync("api");
        await harness.EnsureAsync(stable.Server with { Weight = 90 });
        await harness.Gateway.AdmitAsync(canary.Server with { Weight = 10 }, CancellationToken.None);
        for (var request = 0; request < 100; request++) await harness.EchoAsync(harness.Public("/api/x"));
        canary.Requests.ShouldBeInRange(8, 12);
    }

    private static async Task CommandAsync(GatewayHarness harness, string commands)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(Path.Combine(harness.Options.Folder, HaproxyConfiguration.SocketName)));
        await socket.SendAsync(Encoding.ASCII.GetBytes(commands + "\n"));
        var buffer = new byte[4096];
        while (await socket.ReceiveAsync(buffer) > 0)
        {
        }
    }
}
