using Towpath.Core.Applications;
using Towpath.Core.Rollouts;
using Towpath.Engines;
using Towpath.Load;
using Towpath.Tests.Fakes;

namespace Towpath.EngineTests.Crash;

/// <summary>Kills the control plane at each effect in turn on real Podman, under load: the same end, and no request fails.</summary>
public sealed class CrashTests(PodmanFixture fixture) : IClassFixture<PodmanFixture>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Each effect of one deployment meets three control planes: one dies before it, one right after it, one does it again and goes on.</summary>
    [Fact]
    public async Task NextRelease_EveryEffectKilledBeforeAndAfter_EndsTheSameWithoutAFailedRequest()
    {
        Assert.SkipWhen(fixture.Engine is null, fixture.SkipReason);
        await using var application = await CrashingApplication.CreateAsync(fixture.Engine!, fixture.Folder, Cancel);
        foreach (var version in new[] { "v1", "v2", "v3" }) application.Release(version);
        application.Release("v4", broken: true);
        (await application.DeployAsync("v1")).Phase.ShouldBe(DeploymentPhase.Succeeded);
        await using var load = Load();

        (await application.DeployAsync("v2")).Phase.ShouldBe(DeploymentPhase.Succeeded);
        var calm = await application.EndAsync(Cancel);
        var (state, killed) = await KillAtEveryEffectAsync(application, "v3");
        state.Phase.ShouldBe(DeploymentPhase.Succeeded, state.Failure?.Headline);
        killed.Count.ShouldBeGreaterThan(10);
        (await application.EndAsync(Cancel)).ShouldBe(calm.Replace("v2", "v3", StringComparison.Ordinal));

        var before = await application.EndAsync(Cancel);
        (state, killed) = await KillAtEveryEffectAsync(application, "v4");
        state.Phase.ShouldBe(DeploymentPhase.Failed);
        state.Failure!.Code.ShouldBe("TP5001");
        (await application.EndAsync(Cancel)).ShouldBe(before);

        var report = await load.StopAsync();
        report.Total.Failed.ShouldBe(0, string.Join('\n', report.Samples));
        report.Total.Succeeded.ShouldBeGreaterThan(100);
        TestContext.Current.TestOutputHelper?.WriteLine($"{report.Total.Sent} requests, {report.Total.Failed} failed, {killed.Count} kills on the way back");
    }

    /// <summary>One kill for each deployment, at the first effect, the second, and so on, until a deployment has no more effects.</summary>
    [Fact]
    public async Task NextRelease_KilledOnce_EndsTheSameWhereverItWas()
    {
        Assert.SkipWhen(fixture.Engine is null, fixture.SkipReason);
        await using var application = await CrashingApplication.CreateAsync(fixture.Engine!, fixture.Folder, Cancel);
        foreach (var version in new[] { "v1", "v2" }) application.Release(version);
        (await application.DeployAsync("v1")).Phase.ShouldBe(DeploymentPhase.Succeeded);
        var calm = await application.EndAsync(Cancel);
        await using var load = Load();

        var wasKilled = true;
        for (var at = 1; wasKilled; at++)
        {
            var version = at % 2 == 1 ? "v2" : "v1";
            var deployment = application.Request(version);
            // Odd ones die after the effect, even ones before it; the other test has both for each.
            var state = await application.LifeAsync(
                deployment, (engine, crash) => new CrashingEnvironment(engine, at, at % 2 == 1 ? CrashPoint.After : CrashPoint.Before, crash));
            wasKilled = state is null;
            state ??= await application.LifeAsync(deployment, (engine, _) => engine);

            state!.Phase.ShouldBe(DeploymentPhase.Succeeded, $"killed at effect {at}: {state.Failure?.Headline} {string.Join(" ", state.Failure?.Notes ?? [])}");
            (await application.EndAsync(Cancel)).ShouldBe(calm.Replace("v1", version, StringComparison.Ordinal), $"killed at effect {at}");
        }

        var report = await load.StopAsync();
        report.Total.Failed.ShouldBe(0, string.Join('\n', report.Samples));
    }

    /// <summary>In by each strategy, and back to the release that is kept warm: within seconds, and nobody notices.</summary>
    [Theory]
    [InlineData(StrategyKind.BlueGreen)]
    [InlineData(StrategyKind.Canary)]
    public async Task NextRelease_ByStrategyAndBack_FailsNoRequest(StrategyKind kind)
    {
        Assert.SkipWhen(fixture.Engine is null, fixture.SkipReason);
        await using var application = await CrashingApplication.CreateAsync(fixture.Engine!, fixture.Folder, Cancel);
        application.Strategy = new StrategySpec
        {
            Kind = kind,
            Steps = [20, 60],
            Interval = TimeSpan.FromSeconds(1),
            Analysis = AnalysisSpec.Default with { LeastRequests = 3 },
        };
        foreach (var version in new[] { "v1", "v2" }) application.Release(version);
        (await application.DeployAsync("v1")).Phase.ShouldBe(DeploymentPhase.Succeeded);
        var calm = await application.EndAsync(Cancel);
        await using var load = Load();

        (await application.DeployAsync("v2")).Phase.ShouldBe(DeploymentPhase.Succeeded);
        (await application.EndAsync(Cancel)).ShouldBe(calm.Replace("v1", "v2", StringComparison.Ordinal));
        (await application.DeployAsync("v1")).Phase.ShouldBe(DeploymentPhase.Succeeded);
        (await application.EndAsync(Cancel)).ShouldBe(calm);

        var report = await load.StopAsync();
        report.Total.Failed.ShouldBe(0, string.Join('\n', report.Samples));
        report.Total.Succeeded.ShouldBeGreaterThan(100);
    }

    private static LoadGenerator Load() => LoadGenerator.Start(
        new LoadPlan
        {
            Target = new Uri($"http://127.0.0.1:{CrashingApplication.Port}"),
            ArrivalsPerSecond = 60,
            Requests =
            [
                new LoadRequest { Name = "kept", Path = "/", Weight = 2 },
                new LoadRequest { Name = "fresh", Path = "/", Connection = LoadConnectionKind.Fresh },
                // nginx refuses to take a body for a file: that it answers is what counts.
                new LoadRequest { Name = "post", Method = "POST", Path = "/", Body = _ => "{}"u8.ToArray(), Expected = [405] },
            ],
        },
        TimeProvider.System);

    private static async Task<(DeploymentState State, HashSet<(string Effect, CrashPoint Point)> Killed)> KillAtEveryEffectAsync(
        CrashingApplication application, string release)
    {
        var deployment = application.Request(release);
        var killed = new HashSet<(string Effect, CrashPoint Point)>();
        for (var life = 0; life < 200; life++)
        {
            if (await application.LifeAsync(deployment, (engine, crash) => new KillingEnvironment(engine, killed, crash)) is { } state)
                return (state, killed);
        }
        throw new TimeoutException("It never ends.");
    }

    /// <summary>Kills at the first effect that has not seen both sorts of death.</summary>
    private sealed class KillingEnvironment(IEnvironmentEngine inner, HashSet<(string Effect, CrashPoint Point)> killed, Action crash) : IEnvironmentEngine
    {
        public Task<ObservedEnvironment> ObserveAsync(DeploymentPlan plan, CancellationToken cancellationToken) => inner.ObserveAsync(plan, cancellationToken);

        public async Task ApplyAsync(Effect effect, DeploymentPlan plan, CancellationToken cancellationToken)
        {
            CrashPoint? point = null;
            lock (killed)
            {
                if (killed.Add((effect.Key, CrashPoint.Before))) point = CrashPoint.Before;
                else if (killed.Add((effect.Key, CrashPoint.After))) point = CrashPoint.After;
            }
            if (point is null)
            {
                await inner.ApplyAsync(effect, plan, cancellationToken);
                return;
            }
            if (point == CrashPoint.After) await inner.ApplyAsync(effect, plan, CancellationToken.None);
            crash();
            throw new OperationCanceledException(cancellationToken);
        }
    }
}
