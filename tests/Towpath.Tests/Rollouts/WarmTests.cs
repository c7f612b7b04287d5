using Towpath.Core.Applications;
using Towpath.Core.Environments;
using Towpath.Core.Rollouts;
using Towpath.Tests.Fakes;
using Towpath.Tests.Rollouts.Strategies;

namespace Towpath.Tests.Rollouts;

/// <summary>The release before stays ready to come back.</summary>
public sealed class WarmTests
{
    [Fact]
    public async Task Success_Warm_ParksWhatTakesRequestsAndStopsWhatWorksOnItsOwn()
    {
        var scene = await StrategyScene.StartAsync();

        await scene.NextAsync(StrategySpec.Default);

        scene.Api("1").ShouldAllBe(r => r.Process == ReplicaProcess.Running && r.Traffic == ReplicaTraffic.None);
        scene.World.Replicas.Single(r => r.ImageDigest == "sha256:worker-1").Process.ShouldBe(ReplicaProcess.Exited);
        scene.World.Done.ShouldNotContain(k => k.StartsWith("retire:", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(StrategyKind.Rolling)]
    [InlineData(StrategyKind.Canary)]
    [InlineData(StrategyKind.BlueGreen)]
    public async Task Return_ToWhatIsWarm_StartsNothingButStoppedProcessesAndWeighsNothing(StrategyKind kind)
    {
        var strategy = StrategyScene.Canary with { Kind = kind, ByHand = true };
        var first = StrategyScene.Desired("1", strategy);
        var second = StrategyScene.Desired("2", StrategySpec.Default);
        var scene = await StrategyScene.StartAsync(first: first);
        await scene.Flow.RunAsync(Sample.Plan(second, first));
        scene.World.Done.Clear();
        scene.Flow.Facts.Clear();
        var began = scene.Flow.Now;

        var end = await scene.Flow.RunAsync(Sample.Plan(first, second) with { Returns = true });

        end.Phase.ShouldBe(DeploymentPhase.Succeeded);
        scene.World.Done.Where(k => k.StartsWith("start:", StringComparison.Ordinal)).ShouldHaveSingleItem().ShouldContain("worker");
        scene.Shares.Where(s => s != 100).ShouldBeEmpty();
        scene.World.LeastServing["api"].ShouldBe(4);
        (scene.Flow.Now - began).ShouldBeLessThan(TimeSpan.FromSeconds(15));
        scene.Api("2").ShouldAllBe(r => r.Process == ReplicaProcess.Running && r.Traffic == ReplicaTraffic.None);
    }

    [Fact]
    public async Task NextDeployment_OlderGenerationIsParked_RetiresItAndParksTheReleaseBefore()
    {
        var scene = await StrategyScene.StartAsync();
        var second = StrategyScene.Desired("2", StrategySpec.Default);
        await scene.Flow.RunAsync(Sample.Plan(second, scene.First));

        await scene.Flow.RunAsync(Sample.Plan(StrategyScene.Desired("3", StrategyScene.BlueGreen), second));

        scene.Api("1").ShouldBeEmpty();
        scene.World.Replicas.ShouldNotContain(r => r.ImageDigest == "sha256:worker-1");
        scene.Api("2").Count().ShouldBe(4);
        scene.Api("2").ShouldAllBe(r => r.Traffic == ReplicaTraffic.None);
        scene.World.LeastServing["api"].ShouldBe(4);
    }

    [Fact]
    public async Task Failure_AfterTheOldOnesWereParked_BringsThemBackWithoutAStart()
    {
        var scene = await StrategyScene.StartAsync();
        scene.World.Fails["verify:smoke"] = 1;

        var end = await scene.NextAsync(StrategyScene.BlueGreen);

        end.Phase.ShouldBe(DeploymentPhase.Failed);
        scene.World.Done.SkipWhile(k => k != "gateway:Target").ShouldNotContain(k => k.StartsWith("start:shop-production-api", StringComparison.Ordinal));
        scene.Api("1").Count(r => r.Weight == AdmitReplica.FullWeight).ShouldBe(4);
        scene.Api("2").ShouldBeEmpty();
        scene.World.LeastServing["api"].ShouldBe(4);
    }

    [Fact]
    public async Task Success_ServiceRemoved_KeepsItsReplicasReadyToo()
    {
        var scene = await StrategyScene.StartAsync();
        var without = EnvironmentPlanner.Plan(Sample.Release("2", Sample.Api(4), Sample.Db), scene.First.Environment, new Dictionary<string, string>());

        var end = await scene.Flow.RunAsync(Sample.Plan(without, scene.First));

        end.Phase.ShouldBe(DeploymentPhase.Succeeded);
        scene.World.Replicas.Single(r => r.Service == "worker").Process.ShouldBe(ReplicaProcess.Exited);
    }

    [Fact]
    public async Task Success_StatefulServiceChanged_OldOneIsStoppedNotRetired()
    {
        var scene = await StrategyScene.StartAsync();
        var tuned = Sample.Db with { Environment = Sample.Db.Environment.Add("TUNED", "yes") };
        var second = EnvironmentPlanner.Plan(Sample.Release("2", Sample.Api(4), Sample.Worker, tuned), scene.First.Environment, new Dictionary<string, string>());

        await scene.Flow.RunAsync(Sample.Plan(second, scene.First));

        scene.World.Violations.ShouldBeEmpty();
        scene.World.Replicas.Where(r => r.Service == "db").Select(r => r.Process).ShouldBe([ReplicaProcess.Exited, ReplicaProcess.Running], ignoreOrder: true);
    }
}
