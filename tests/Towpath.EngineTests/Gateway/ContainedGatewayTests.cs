using Towpath.Core.Containers;

namespace Towpath.EngineTests.Gateway;

/// <summary>What a gateway promises, in its own containers on a real engine, by way of the port that the engine publishes.</summary>
public abstract class ContainedGatewayTests(EngineFixture fixture, int port) : IAsyncLifetime
{
    private const int Rounds = 6;

    private ContainedGateway _contained = null!;
    private EchoReplica _api = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

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
        TestContext.Current.TestOutputHelper?.WriteLine($"{report.Total.Sent} requests over {Rounds} changes: {report.Total.Failed} failed, p50 {report.Total.P50}, p99 {report.Total.P99}, max {report.Total.Max}");
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
}

/// <summary>On Podman.</summary>
public sealed class PodmanGatewayTests(PodmanFixture fixture) : ContainedGatewayTests(fixture, 8395), IClassFixture<PodmanFixture>;

/// <summary>On Docker.</summary>
public sealed class DockerGatewayTests(DockerFixture fixture) : ContainedGatewayTests(fixture, 8396), IClassFixture<DockerFixture>;
