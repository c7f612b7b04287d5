using Towpath.Core.Applications;
using Towpath.Core.Environments;
using Towpath.Core.Journal;
using Towpath.Core.Rollouts;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Rollouts;

public sealed class DeploymentMachineTests
{
    [Fact]
    public async Task Flow_FirstRelease_Requested_To_Succeeded()
    {
        var flow = new DeploymentFlow();

        var end = await flow.RunAsync(Sample.Plan(Sample.Desired("1")));

        end.Phase.ShouldBe(DeploymentPhase.Succeeded);
        flow.Phases.ShouldBe(["Gated", "Provisioning", "Migrating", "Rolling", "Verifying"]);
        flow.Facts[^1].Kind.ShouldBe(FactKind.DeploymentSucceeded);
        flow.Environment.Replicas.Count.ShouldBe(4);
    }

    [Fact]
    public async Task Flow_FirstRelease_DatabaseBeforeResourcesBeforeMigrationBeforeApi()
    {
        var flow = new DeploymentFlow();

        await flow.RunAsync(Sample.Plan(Sample.Desired("1")));

        var done = flow.Environment.Done;
        int At(string prefix) => done.FindIndex(k => k.StartsWith(prefix, StringComparison.Ordinal));
        At("start:shop-production-db").ShouldBeLessThan(At("resources"));
        At("resources").ShouldBeLessThan(At("migrate:api"));
        At("migrate:api").ShouldBeLessThan(At("start:shop-production-api"));
        At("start:shop-production-api").ShouldBeLessThan(At("verify:smoke"));
    }

    [Fact]
    public async Task Flow_NextRelease_KeepsAllReplicasServingAndLeavesTheUnchangedAlone()
    {
        var flow = new DeploymentFlow();
        var first = Sample.Desired("1");
        await flow.RunAsync(Sample.Plan(first));
        var database = flow.Environment.Replicas.Single(r => r.Service == "db");
        flow.Environment.WatchService("api");

        var end = await flow.RunAsync(Sample.Plan(Sample.Desired("2"), first));

        end.Phase.ShouldBe(DeploymentPhase.Succeeded);
        flow.Environment.LeastServing["api"].ShouldBe(2);
        flow.Environment.Replicas.Single(r => r.Service == "db").ShouldBe(database);
        flow.Environment.Replicas.Where(r => r.Service == "api").ShouldAllBe(r => r.Release == "r-2");
        flow.Environment.Violations.ShouldBeEmpty();
    }

    [Fact]
    public async Task Flow_StatefulServiceChanges_NeverTwoOnOneVolume()
    {
        var flow = new DeploymentFlow();
        var first = Sample.Desired("1");
        await flow.RunAsync(Sample.Plan(first));
        var changed = Sample.Db with { Environment = Sample.Db.Environment.Add("TUNED", "yes") };

        var end = await flow.RunAsync(Sample.Plan(Sample.Desired("2", Sample.Api(), Sample.Worker, changed), first));

        end.Phase.ShouldBe(DeploymentPhase.Succeeded);
        flow.Environment.Violations.ShouldBeEmpty();
        flow.Environment.Replicas.Count(r => r.Service == "db").ShouldBe(1);
    }

    [Theory]
    [InlineData("never ready", "TP5002")]
    [InlineData("exits", "TP5001")]
    public async Task Flow_BrokenRelease_RollsBackWithoutTouchingTheServingOnes(string fault, string code)
    {
        var flow = new DeploymentFlow();
        var first = Sample.Desired("1");
        await flow.RunAsync(Sample.Plan(first));
        (fault == "exits" ? flow.Environment.ExitsAtOnce : flow.Environment.NeverReady).Add("sha256:api-2");
        flow.Environment.WatchService("api");

        var end = await flow.RunAsync(Sample.Plan(Sample.Desired("2"), first));

        end.Phase.ShouldBe(DeploymentPhase.Failed);
        end.Failure!.Code.ShouldBe(code);
        flow.Environment.LeastServing["api"].ShouldBe(2);
        flow.Environment.Replicas.ShouldAllBe(r => r.ImageDigest.EndsWith("-1"));
    }

    [Fact]
    public async Task Flow_LastServiceBroken_RollsTheOthersBackToo()
    {
        var flow = new DeploymentFlow();
        var first = Sample.Desired("1");
        await flow.RunAsync(Sample.Plan(first));
        flow.Environment.NeverReady.Add("sha256:worker-2");
        var late = Sample.Worker with { DependsOn = [new Dependency("api", DependencyCondition.Healthy, true, Sample.Here())] };

        var end = await flow.RunAsync(Sample.Plan(Sample.Desired("2", Sample.Api(), late, Sample.Db), first));

        // A worker without a check is ready when its process has settled, so the simulated fault keeps it from that.
        end.Phase.ShouldBe(DeploymentPhase.Failed);
        flow.Environment.Done.ShouldContain(k => k.StartsWith("admit:shop-production-api", StringComparison.Ordinal));
        flow.Environment.Replicas.ShouldAllBe(r => r.ImageDigest.EndsWith("-1"));
    }

    [Fact]
    public async Task Flow_MigrationFails_TrafficUntouched()
    {
        var flow = new DeploymentFlow();
        var first = Sample.Desired("1");
        await flow.RunAsync(Sample.Plan(first));
        flow.Environment.Fails["migrate:api"] = 1;
        var before = flow.Environment.Replicas.OrderBy(r => r.Container).ToList();

        var end = await flow.RunAsync(Sample.Plan(Sample.Desired("2"), first));

        end.Phase.ShouldBe(DeploymentPhase.Failed);
        flow.Environment.Replicas.OrderBy(r => r.Container).ShouldBe(before);
    }

    [Fact]
    public async Task Flow_VerificationFails_RollsBack()
    {
        var flow = new DeploymentFlow();
        var first = Sample.Desired("1");
        await flow.RunAsync(Sample.Plan(first));
        flow.Environment.Fails["verify:smoke"] = 1;
        flow.Environment.WatchService("api");

        var end = await flow.RunAsync(Sample.Plan(Sample.Desired("2"), first));

        end.Phase.ShouldBe(DeploymentPhase.Failed);
        flow.Environment.LeastServing["api"].ShouldBe(2);
        flow.Environment.Replicas.ShouldAllBe(r => r.ImageDigest.EndsWith("-1"));
    }

    [Fact]
    public async Task Flow_FirstReleaseFails_LeavesNothing()
    {
        var flow = new DeploymentFlow();
        flow.Environment.NeverReady.Add("sha256:api-1");

        var end = await flow.RunAsync(Sample.Plan(Sample.Desired("1")));

        end.Phase.ShouldBe(DeploymentPhase.Failed);
        flow.Environment.Removed.ShouldBeTrue();
        flow.Environment.Replicas.ShouldBeEmpty();
    }

    [Fact]
    public async Task Flow_GatesClosed_NothingTouched()
    {
        var flow = new DeploymentFlow();
        flow.Environment.Fails["gates"] = 1;

        var end = await flow.RunAsync(Sample.Plan(Sample.Desired("1")));

        end.Phase.ShouldBe(DeploymentPhase.Failed);
        flow.Environment.Done.ShouldBeEmpty();
    }

    [Fact]
    public async Task Flow_RollbackItselfFails_Frozen()
    {
        var flow = new DeploymentFlow();
        var first = Sample.Desired("1");
        await flow.RunAsync(Sample.Plan(first));
        flow.Environment.NeverReady.Add("sha256:api-2");
        flow.Environment.Fails["cleanup:Previous"] = int.MaxValue;

        var end = await flow.RunAsync(Sample.Plan(Sample.Desired("2"), first));

        end.Phase.ShouldBe(DeploymentPhase.Frozen);
        end.Failure!.Code.ShouldBe("TP5007");
    }

    [Fact]
    public async Task Flow_ServiceRemoved_ItsReplicasGoLast()
    {
        var flow = new DeploymentFlow();
        var first = Sample.Desired("1");
        await flow.RunAsync(Sample.Plan(first));

        var end = await flow.RunAsync(Sample.Plan(Sample.Desired("2", Sample.Api(), Sample.Db), first));

        end.Phase.ShouldBe(DeploymentPhase.Succeeded);
        flow.Environment.Replicas.ShouldNotContain(r => r.Service == "worker");
        flow.Environment.Done.FindLastIndex(k => k.StartsWith("retire:shop-production-worker", StringComparison.Ordinal))
            .ShouldBeGreaterThan(flow.Environment.Done.FindLastIndex(k => k.StartsWith("admit:", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Flow_JobThatOthersWaitFor_RunsOncePerRevision()
    {
        var flow = new DeploymentFlow();
        var job = Sample.Worker with { Name = "seed", Image = "seed" };
        var api = Sample.Api() with { DependsOn = [new Dependency("seed", DependencyCondition.Completed, true, Sample.Here())] };
        var first = Sample.Desired("1", api, job, Sample.Db);
        await flow.RunAsync(Sample.Plan(first));

        var end = await flow.RunAsync(Sample.Plan(first, first));

        end.Phase.ShouldBe(DeploymentPhase.Succeeded);
        flow.Environment.Done.Count(k => k.StartsWith("start:shop-production-seed", StringComparison.Ordinal)).ShouldBe(1);
        first.Service("seed")!.Strategy.ShouldBe(RolloutStrategy.Job);
    }

    [Theory]
    [InlineData(DeploymentPhase.Requested, DeploymentPhase.Superseded)]
    [InlineData(DeploymentPhase.Gated, DeploymentPhase.Superseded)]
    [InlineData(DeploymentPhase.Rolling, DeploymentPhase.Rolling)]
    [InlineData(DeploymentPhase.Succeeded, DeploymentPhase.Succeeded)]
    public void Decide_NewerRequested_OnlyBeforeAnythingWasTouched(DeploymentPhase from, DeploymentPhase to)
    {
        var state = DeploymentMachine.Initial(Sample.Start) with { Phase = from };

        var decision = DeploymentMachine.Decide(state, new NewerRequested("r-9"), Sample.Plan(Sample.Desired("1")), Sample.Start);

        decision.State.Phase.ShouldBe(to);
    }

    [Fact]
    public void Decide_GatewayGoneInTheMiddleOfARollout_BringsItBackBeforeAnythingElse()
    {
        var first = Sample.Desired("1");
        var state = DeploymentMachine.Initial(Sample.Start) with { Phase = DeploymentPhase.Rolling, Done = ["gateway:Both"] };
        var old = new ObservedReplica
        {
            Container = "old",
            Service = "api",
            Revision = "old",
            Ordinal = 0,
            Release = "r-1",
            ImageDigest = "sha256:api-1",
            Process = ReplicaProcess.Running,
            Since = Sample.Start,
            Ready = true,
        };

        var decision = DeploymentMachine.Decide(
            state, new Observed(new ObservedEnvironment([old], GatewayRuns: false)), Sample.Plan(Sample.Desired("2"), first), Sample.Start);

        decision.State.Pending.Select(p => p.Effect).ShouldBe([new ConfigureGateway(Side.Both)]);
    }

    [Fact]
    public void Decide_AnswerThatNobodyWaitsFor_Ignored()
    {
        var state = DeploymentMachine.Initial(Sample.Start) with { Phase = DeploymentPhase.Rolling };

        var decision = DeploymentMachine.Decide(
            state, new EffectFailed("start:gone", RolloutDiagnostics.EffectImpossible("production", "x", "y")), Sample.Plan(Sample.Desired("1")), Sample.Start);

        decision.State.ShouldBeSameAs(state);
        decision.Facts.ShouldBeEmpty();
    }
}
