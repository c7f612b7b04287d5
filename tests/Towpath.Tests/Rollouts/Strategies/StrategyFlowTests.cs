using Towpath.Core.Applications;
using Towpath.Core.Journal;
using Towpath.Core.Rollouts;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Rollouts.Strategies;

public sealed class StrategyFlowTests
{
    [Fact]
    public async Task Canary_GoodRelease_TakesItsStepsThenTheWhole()
    {
        var scene = await StrategyScene.StartAsync();

        var end = await scene.NextAsync(StrategyScene.Canary);

        end.Phase.ShouldBe(DeploymentPhase.Succeeded);
        scene.Shares.ShouldBe([10, 50, 100]);
        scene.Flow.Facts.Where(f => f.Kind == FactKind.SharePassed).Select(f => f.Share).ShouldBe([10, 50]);
        scene.World.LeastServing["api"].ShouldBe(4);
        scene.Api("2").ShouldAllBe(r => r.Weight == AdmitReplica.FullWeight && r.Traffic == ReplicaTraffic.Serving);
    }

    [Fact]
    public async Task Canary_EachStep_HasAsManyNewReplicasAsItsShareNeeds()
    {
        var scene = await StrategyScene.StartAsync();
        var most = new Dictionary<int, int>();
        scene.Flow.Meanwhile = state =>
        {
            if (state.Weighted.GetValueOrDefault("api") is { Since: not null } progress) most[progress.Step] = scene.Api("2").Count();
            return null;
        };

        await scene.NextAsync(StrategyScene.Canary);

        most.ShouldBe(new Dictionary<int, int> { [0] = 1, [1] = 2, [2] = 4 }, ignoreOrder: true);
    }

    [Fact]
    public async Task Canary_Errors_AbortAtOnceAndTheOldOnesTakeAllBack()
    {
        var scene = await StrategyScene.StartAsync(requests: 2000);
        scene.World.Errors.Add("sha256:api-2");

        var end = await scene.NextAsync(StrategyScene.Canary);

        end.Phase.ShouldBe(DeploymentPhase.Failed);
        end.Failure!.Code.ShouldBe("TP5014");
        scene.Shares.ShouldBe([10]);
        scene.World.LeastServing["api"].ShouldBe(4);
        scene.Api("1").ShouldAllBe(r => r.Weight == AdmitReplica.FullWeight);
        scene.Api("2").ShouldBeEmpty();
        var afterAbort = scene.World.Done.SkipWhile(k => k != "share:api").Skip(1).ToList();
        afterAbort[0].ShouldBe("share:api", "before anything else the requests go back");
    }

    [Fact]
    public async Task Canary_NoRequests_DoesNotPass()
    {
        var scene = await StrategyScene.StartAsync(requests: 0);

        var end = await scene.NextAsync(StrategyScene.Canary with { Analysis = AnalysisSpec.Default with { Patience = TimeSpan.FromSeconds(20) } });

        end.Failure!.Code.ShouldBe("TP5016");
        scene.Shares.ShouldBe([10]);
        scene.Api("1").Count(r => r.Traffic == ReplicaTraffic.Serving).ShouldBe(4);
    }

    [Fact]
    public async Task Canary_ItsReplicaCrashes_GoesBack()
    {
        var scene = await StrategyScene.StartAsync();
        scene.Flow.Meanwhile = state =>
        {
            if (state.Weighted.GetValueOrDefault("api") is { Step: 0, Since: not null } && scene.Api("2").FirstOrDefault(r => r.Process == ReplicaProcess.Running) is { } victim)
                scene.World.Change(victim.Container, r => r with { Process = ReplicaProcess.Exited, Ready = false, ExitCode = 137, Traffic = ReplicaTraffic.Joining });
            return null;
        };

        var end = await scene.NextAsync(StrategyScene.Canary);

        end.Failure!.Code.ShouldBe("TP5001");
        scene.Api("2").ShouldBeEmpty();
        scene.World.LeastServing["api"].ShouldBe(4);
    }

    [Fact]
    public async Task Canary_AnOldReplicaDies_TheShareStaysAndANewOneMakesUpForIt()
    {
        var scene = await StrategyScene.StartAsync();
        var seen = new List<(int New, double Percent)>();
        scene.Flow.Meanwhile = state =>
        {
            if (state.Weighted.GetValueOrDefault("api") is not { Step: 1, Since: not null }) return null;
            var old = scene.Api("1").First();
            if (old.Process == ReplicaProcess.Running)
                scene.World.Change(old.Container, r => r with { Process = ReplicaProcess.Exited, Ready = false, Traffic = ReplicaTraffic.Joining });
            var up = scene.World.Replicas.Where(r => r.Service == "api" && r.Traffic == ReplicaTraffic.Serving).ToList();
            var fresh = up.Where(r => r.ImageDigest == "sha256:api-2").Sum(r => r.Weight);
            seen.Add((up.Count, 100.0 * fresh / up.Sum(r => r.Weight)));
            return null;
        };

        var end = await scene.NextAsync(StrategyScene.Canary);

        end.Phase.ShouldBe(DeploymentPhase.Succeeded);
        seen[^1].Percent.ShouldBe(50, 0.5);
        seen[^1].New.ShouldBeGreaterThanOrEqualTo(4);
    }

    [Fact]
    public async Task Canary_ByHand_WaitsBeforeEachStepAndGoesOnWhenAsked()
    {
        var scene = await StrategyScene.StartAsync();
        var plan = Sample.Plan(StrategyScene.Desired("2", StrategyScene.Canary with { ByHand = true }), scene.First);

        var waits = await scene.Flow.RunAsync(plan, DeploymentMachine.Initial(scene.Flow.Now), 400);
        scene.Shares.ShouldBeEmpty();
        scene.Api("2").ShouldHaveSingleItem().Traffic.ShouldBe(ReplicaTraffic.Standby);
        var first = await scene.Flow.RunAsync(plan, Ask(waits, new ProceedRequested(1, "ann", "api", false)), 400);
        scene.Shares.ShouldBe([10]);
        var end = await scene.Flow.RunAsync(plan, Ask(first, new ProceedRequested(2, "ann", null, true)));

        end.Phase.ShouldBe(DeploymentPhase.Succeeded);
        scene.Shares.ShouldBe([10, 100]);

        DeploymentState Ask(DeploymentState state, ProceedRequested asked) => DeploymentMachine.Decide(state, asked, plan, scene.Flow.Now).State;
    }

    [Fact]
    public async Task BlueGreen_GoodRelease_IsAskedPrivatelyThenSwitchedAtOnceAndTheOldOnesParked()
    {
        var scene = await StrategyScene.StartAsync();

        var end = await scene.NextAsync(StrategyScene.BlueGreen);

        end.Phase.ShouldBe(DeploymentPhase.Succeeded);
        scene.Shares.ShouldBe([100]);
        var done = scene.World.Done;
        done.FindIndex(k => k == "verify:api:smoke").ShouldBeGreaterThan(done.FindLastIndex(k => k.StartsWith("admit:shop-production-api", StringComparison.Ordinal)));
        done.FindIndex(k => k == "share:api").ShouldBeGreaterThan(done.FindIndex(k => k == "verify:api:smoke"));
        done.Count(k => k == "share:api").ShouldBe(1);
        scene.Api("1").ShouldAllBe(r => r.Process == ReplicaProcess.Running && r.Traffic == ReplicaTraffic.None);
        scene.Api("1").Count().ShouldBe(4);
        scene.World.LeastServing["api"].ShouldBe(4);
    }

    [Fact]
    public async Task BlueGreen_PrivateVerificationFails_NoUserEverMetTheNewRelease()
    {
        var scene = await StrategyScene.StartAsync();
        scene.World.Fails["verify:api:smoke"] = 1;

        var end = await scene.NextAsync(StrategyScene.BlueGreen);

        end.Phase.ShouldBe(DeploymentPhase.Failed);
        scene.World.Done.ShouldNotContain("share:api");
        scene.Api("2").ShouldBeEmpty();
    }

    [Theory]
    [InlineData(1, 0, 4, 5)]
    [InlineData(2, 0, 4, 6)]
    [InlineData(0, 1, 3, 4)]
    [InlineData(0, 4, 0, 4)]
    [InlineData(0, 0, 4, 5)]
    public async Task Rolling_SurgeAndUnavailable_AreItsBounds(int surge, int unavailable, int least, int most)
    {
        var scene = await StrategyScene.StartAsync();
        var seen = 0;
        scene.Flow.Meanwhile = _ =>
        {
            seen = Math.Max(seen, scene.World.Replicas.Count(r => r.Service == "api" && (r.Traffic != ReplicaTraffic.None || r.ImageDigest == "sha256:api-2")));
            return null;
        };

        var end = await scene.NextAsync(new StrategySpec { Surge = new Portion(surge, false), Unavailable = new Portion(unavailable, false) }, warm: TimeSpan.Zero);

        end.Phase.ShouldBe(DeploymentPhase.Succeeded);
        scene.World.LeastServing["api"].ShouldBeGreaterThanOrEqualTo(least);
        seen.ShouldBeLessThanOrEqualTo(most);
    }

    [Fact]
    public async Task Recreate_Asked_EndsTheOldOnesFirst()
    {
        var scene = await StrategyScene.StartAsync();

        var end = await scene.NextAsync(new StrategySpec { Kind = StrategyKind.Recreate });

        end.Phase.ShouldBe(DeploymentPhase.Succeeded);
        scene.World.Violations.ShouldBeEmpty();
        scene.Api("1").ShouldAllBe(r => r.Process == ReplicaProcess.Exited);
    }

    [Theory]
    [InlineData(StrategyKind.Canary)]
    [InlineData(StrategyKind.BlueGreen)]
    public async Task Weighted_FirstRelease_SimplyStarts(StrategyKind kind)
    {
        var flow = new DeploymentFlow();

        var end = await flow.RunAsync(Sample.Plan(StrategyScene.Desired("1", new StrategySpec { Kind = kind, Steps = [10] })));

        end.Phase.ShouldBe(DeploymentPhase.Succeeded);
        flow.Environment.Done.ShouldNotContain("share:api");
    }

    [Fact]
    public async Task Weighted_OnlyMoreReplicas_StartsThemWithTheirFullShare()
    {
        var scene = await StrategyScene.StartAsync();

        var end = await scene.Flow.RunAsync(Sample.Plan(StrategyScene.Desired("1", StrategyScene.Canary, replicas: 6), scene.First));

        end.Phase.ShouldBe(DeploymentPhase.Succeeded);
        scene.Shares.ShouldBeEmpty();
        scene.Api("1").Count(r => r.Weight == AdmitReplica.FullWeight).ShouldBe(6);
    }
}
