using Towpath.Core.Containers;
using Towpath.Load;

namespace Towpath.EngineTests.Gateway;

/// <summary>What a gateway promises, in its own containers on a real engine, by way of the port that the engine publishes.</summary>
public abstract class ContainedGatewayTests(EngineFixture fixture, int port) : IAsyncLifetime
{
    private const int Rounds = 6;

    private ContainedGateway _contained = null!;
    private EchoReplica _api = null!;

    private protected ContainedGateway Contained => _contained;

    private protected EchoReplica Api => _api;

    private protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(fixture.Engine is null, fixture.SkipReason);
        _contained = await ContainedGateway.CreateAsync(fixture, port, Cancel);
        _api = await EchoReplica.StartAsync("api", $"{_contained.Prefix}.1");
        await _contained.EnsureAsync(_api.Server);
    }

    public async ValueTask DisposeAsync()
    {
        if (_contained is not null) await _contained.DisposeAsync();
        if (_api is not null) await _api.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>By turns another version, another configuration, and both at once.</summary>
    [Fact]
    public async Task HandOver_UnderLoad_FailsNoRequestAndLeavesOneProxy()
    {
        var anchored = await _contained.AnchoredAsync();
        await using var traffic = new Traffic(_contained.Public);
        var handovers = 1;
        for (var round = 1; round <= Rounds; round++)
        {
            await traffic.MoreAsync(200);
            if (round % 3 != 0)
            {
                await _contained.NextImageAsync($"{round}", Cancel);
                handovers++;
            }

            if (round % 3 != 1) _contained.Desired = _contained.Desired with { Routes = _contained.Desired.Routes.Add(new GatewayRoute($"/more{round}", "api", Strip: false)) };
            (await _contained.EnsureAsync(_api.Server)).ShouldEndWith($"-{handovers}");
        }

        await traffic.MoreAsync(200);
        var report = await traffic.EndAsync();
        Tell(report);
        report.Total.Failed.ShouldBe(0, string.Join('\n', report.Samples));
        (await _contained.AnchoredAsync()).ShouldBe(anchored, "address and published port never went");
        await GatewayHarness.EventuallyAsync(
            async () =>
            {
                await _contained.EnsureAsync(_api.Server);
                return (await _contained.ProxiesAsync()).Count == 1;
            },
            "only the last proxy is left");
    }

    /// <summary>As after a state folder was destroyed and came back from a backup: the proxy has a folder mounted that nobody can reach any more.</summary>
    [Fact]
    public async Task Ensure_FolderIsLost_AnotherProxyListensBesideIt()
    {
        await using var traffic = new Traffic(_contained.Public);
        // In its first seconds a proxy may have no socket yet.
        await Task.Delay(TimeSpan.FromSeconds(11), Cancel);
        _contained.LoseFolder();

        (await _contained.RunsAsync()).ShouldBeFalse();
        (await _contained.EnsureAsync(_api.Server)).ShouldEndWith("-2");

        (await _contained.RunsAsync()).ShouldBeTrue();
        await traffic.MoreAsync(200);
        var report = await traffic.EndAsync();
        Tell(report);
        // What waits in the queue of the old listener breaks when it closes: as many as come within some milliseconds.
        report.Total.Failed.ShouldBeLessThan(50, string.Join('\n', report.Samples));
    }

    private protected static void Tell(LoadReport report) => TestContext.Current.TestOutputHelper?.WriteLine(
        $"{report.Total.Sent} requests: {report.Total.Failed} failed ({string.Join(", ", report.Total.Failures.Select(f => $"{f.Key} {f.Value}"))}), p50 {report.Total.P50}, p99 {report.Total.P99}, max {report.Total.Max}");
}

/// <summary>On Podman.</summary>
public sealed class PodmanGatewayTests(PodmanFixture fixture) : ContainedGatewayTests(fixture, 8395), IClassFixture<PodmanFixture>;

/// <summary>On Docker.</summary>
[Collection(nameof(DockerTests))]
public sealed class DockerGatewayTests(DockerFixture fixture) : ContainedGatewayTests(fixture, 8396)
{
    /// <summary>Docker stops its containers with it, and starts them again.</summary>
    [Fact]
    public async Task DaemonRestarted_OnItsOwn_InterruptsTheEntry()
    {
        var anchored = await Contained.AnchoredAsync();
        await using var traffic = new Traffic(Contained.Public);
        await traffic.MoreAsync(200);

        await fixture.RestartAsync();
        await Contained.EchoAsync();

        (await Contained.AnchoredAsync()).ShouldBeGreaterThan(anchored);
        // What the engine starts in an order of its own may be a proxy in a network that is gone: that is drift, and is mended.
        await Contained.EnsureAsync(Api.Server);
        var report = await traffic.EndAsync();
        Tell(report);
        report.Total.Failed.ShouldBeGreaterThan(0);
    }

    /// <summary>With <c>live-restore</c> containers run on, and with them what is under way; the port that Docker publishes is away for a moment.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task DaemonRestarted_LiveRestore_RefusesNewConnectionsForAMoment(bool userlandProxy)
    {
        string[] settings = ["--live-restore", $"--userland-proxy={(userlandProxy ? "true" : "false")}"];
        try
        {
            await fixture.RestartAsync(settings);
            await Contained.EnsureAsync(Api.Server);
            var anchored = await Contained.AnchoredAsync();
            await using var traffic = new Traffic(Contained.Public);
            await traffic.MoreAsync(200);

            await fixture.RestartAsync(settings);

            (await Contained.Gateway.RunsAsync(Contained.Plan.Name, Cancel)).ShouldBeTrue();
            (await Contained.AnchoredAsync()).ShouldBe(anchored);
            await traffic.MoreAsync(200);
            var report = await traffic.EndAsync();
            Tell(report);
            if (!userlandProxy) report.Total.Failures.Keys.ShouldBeSubsetOf([LoadFailure.Refused]);
        }
        finally
        {
            await fixture.RestartAsync();
        }
    }
}
