using Towpath.Core.Rollouts;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Rollouts;

public sealed class RolloutPlannerTests
{
    [Fact]
    public void Next_ReplicaSeenInTheMiddleOfItsStart_IsNotJudged()
    {
        var desired = Sample.Desired("1");
        var api = desired.Service("api")!;
        var container = RolloutPlanner.ContainerName(desired, api, 0);
        var half = Replica(container, ReplicaProcess.Exited);
        var starting = DeploymentMachine.Initial(Sample.Start) with
        {
            Pending = [new PendingEffect(new StartReplica(Side.Target, "api", 0, container), Sample.Start)],
        };

        RolloutPlanner.Next(Sample.Plan(desired), Side.Target, api, [half], starting, Sample.Start).Failure.ShouldBeNull();
        RolloutPlanner.Next(Sample.Plan(desired), Side.Target, api, [half], starting with { Pending = [] }, Sample.Start).Failure!.Code.ShouldBe("TP5001");
    }

    [Fact]
    public void Next_ReplicaThatStoodStillBeforeTheDeployment_IsStartedNotBlamed()
    {
        var desired = Sample.Desired("1");
        var stopped = Replica(RolloutPlanner.ContainerName(desired, desired.Service("api")!, 0), ReplicaProcess.Exited) with { Since = Sample.Start.AddHours(-1) };

        var step = RolloutPlanner.Next(Sample.Plan(desired), Side.Target, desired.Service("api")!, [stopped], DeploymentMachine.Initial(Sample.Start), Sample.Start);

        step.Failure.ShouldBeNull();
        step.Effects.ShouldContain(e => e.Key == $"start:{stopped.Container}");
    }

    [Fact]
    public void Next_UnchangedReplicaNeverReadyAgain_FailsInsteadOfWaitingForEver()
    {
        var desired = Sample.Desired("1");
        var dead = Replica(RolloutPlanner.ContainerName(desired, desired.Service("api")!, 0), ReplicaProcess.Running) with { Since = Sample.Start.AddHours(-1) };
        var state = DeploymentMachine.Initial(Sample.Start);

        RolloutPlanner.Next(Sample.Plan(desired), Side.Target, desired.Service("api")!, [dead], state, Sample.Start.AddSeconds(29)).Failure.ShouldBeNull();
        RolloutPlanner.Next(Sample.Plan(desired), Side.Target, desired.Service("api")!, [dead], state, Sample.Start.AddSeconds(31)).Failure!.Code.ShouldBe("TP5002");
    }

    [Fact]
    public void Next_OldReplicaFoundDownForAMoment_IsKeptUntilANewOneServes()
    {
        var desired = Sample.Desired("1", Sample.Api(replicas: 1), Sample.Db);
        var api = desired.Service("api")!;
        var old = Replica("old", ReplicaProcess.Running) with { Revision = "old", Ready = true, Traffic = ReplicaTraffic.Joining };

        var step = RolloutPlanner.Next(Sample.Plan(desired), Side.Target, api, [old], DeploymentMachine.Initial(Sample.Start), Sample.Start);

        step.Effects.ShouldAllBe(e => e is StartReplica);
    }

    [Fact]
    public void Next_StandsByForLongAndItsCheckIsNotYetAskedAgain_IsNotBlamed()
    {
        var desired = Sample.Desired("1");
        var waiting = Replica(RolloutPlanner.ContainerName(desired, desired.Service("api")!, 0), ReplicaProcess.Running) with { Traffic = ReplicaTraffic.Standby };

        RolloutPlanner.Next(Sample.Plan(desired), Side.Target, desired.Service("api")!, [waiting], DeploymentMachine.Initial(Sample.Start), Sample.Start.AddHours(1))
            .Failure.ShouldBeNull();
    }

    [Fact]
    public void Next_ParkedReplicaOnTheWayBackOfALongDeployment_HasItsTimeToBeReady()
    {
        var (first, second) = (Sample.Desired("1"), Sample.Desired("2"));
        var parked = Replica(RolloutPlanner.ContainerName(first, first.Service("api")!, 0), ReplicaProcess.Running) with { Since = Sample.Start.AddDays(-1) };
        var back = DeploymentMachine.Initial(Sample.Start) with { Phase = DeploymentPhase.RollingBack, Since = Sample.Start.AddHours(1) };

        Next(Sample.Start.AddHours(1).AddSeconds(29)).Failure.ShouldBeNull();
        Next(Sample.Start.AddHours(1).AddSeconds(31)).Failure!.Code.ShouldBe("TP5002");

        RolloutStep Next(DateTimeOffset now) => RolloutPlanner.Next(Sample.Plan(second, first), Side.Previous, first.Service("api")!, [parked], back, now);
    }

    [Theory]
    [InlineData(ReplicaTraffic.Serving, ReplicaProcess.Running, true)]
    [InlineData(ReplicaTraffic.Joining, ReplicaProcess.Running, true)]
    [InlineData(ReplicaTraffic.None, ReplicaProcess.Exited, true)]
    [InlineData(ReplicaTraffic.None, ReplicaProcess.Running, false)]
    public void TakeBack_OldReplicas_CarryAllUnlessOneIsParked(ReplicaTraffic other, ReplicaProcess process, bool takes)
    {
        var first = Sample.Desired("1");
        var old = Replica("old-0", ReplicaProcess.Running) with { Ready = true, Traffic = ReplicaTraffic.Serving, Weight = 90 };
        var second = Replica("old-1", process) with { Ordinal = 1, Traffic = other };
        var fresh = Replica("new-0", ReplicaProcess.Running) with { Revision = "new", Traffic = ReplicaTraffic.Serving, Weight = 40 };

        var shares = RolloutPlanner.TakeBack(first, new ObservedEnvironment([old, second, fresh]), DeploymentMachine.Initial(Sample.Start)).ToList();

        if (takes) shares.ShouldHaveSingleItem().Weights.ShouldSatisfyAllConditions(w => w["old-0"].ShouldBe(100), w => w["new-0"].ShouldBe(0));
        else shares.ShouldBeEmpty();
    }

    private static ObservedReplica Replica(string container, ReplicaProcess process) => new()
    {
        Container = container,
        Service = "api",
        Revision = Sample.Desired("1").Service("api")!.Revision,
        Ordinal = 0,
        Release = "r-1",
        ImageDigest = "sha256:api-1",
        Process = process,
        Since = Sample.Start,
    };
}
