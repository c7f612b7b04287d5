using System.Collections.Immutable;
using Towpath.Core.Applications;
using Towpath.Core.Environments;
using Towpath.Core.Rollouts;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Rollouts;

/// <summary>Faults that the simulator found, each in the fewest steps that show it. docs/robustness.md tells of them.</summary>
public sealed class FoundBySimulationTests
{
    private static readonly EnvironmentDesired Old = BlueGreen("1");
    private static readonly EnvironmentDesired New = BlueGreen("2");
    private static readonly DeploymentPlan Plan = Sample.Plan(New, Old);

    [Fact]
    public void Next_AdmissionWithoutAnswer_GivesNoShareYet()
    {
        var seen = Replicas(Old, 100).Concat(Replicas(New, 0)).ToArray();
        var late = new AdmitReplica(Side.Target, "api", seen[^1].Container, 0);
        var rolling = State(DeploymentPhase.Rolling) with { Weighted = Open };

        Next(rolling with { Pending = [new PendingEffect(late, Sample.Start)] }, seen).Effects.ShouldNotContain(e => e is SetShare);
        Next(rolling, seen).Effects.ShouldContain(e => e is SetShare);
    }

    [Fact]
    public void Next_LeftoversStillServe_KeepTheirRequestsUntilOthersCanCarryThem()
    {
        var seen = Replicas(Old, 100).Take(1).Concat(Replicas(New, 100).Take(1)).ToArray();

        Next(State(DeploymentPhase.Rolling), seen).Effects.ShouldNotContain(e => e is SetShare);
    }

    [Fact]
    public void Next_ReleaseBeforeOnlyStandsBy_LeftoversThatServeStay()
    {
        var left = Replicas(BlueGreen("3"), 100);

        Next(State(DeploymentPhase.Rolling), [.. Replicas(Old, 0), .. left]).Effects.ShouldNotContain(e => e is RetireReplica);
        Next(State(DeploymentPhase.Rolling), [.. Replicas(Old, 100), .. left]).Effects.OfType<RetireReplica>().Select(r => r.Container).ShouldBe(left.Select(r => r.Container));
    }

    [Fact]
    public void TakeBack_OldReplicaOnItsWayOut_CarriesNothing()
    {
        var old = Replicas(Old, 0);
        var seen = new ObservedEnvironment([.. old, .. Replicas(New, 100)]);
        var leaving = State(DeploymentPhase.RollingBack) with { Pending = [new PendingEffect(new RetireReplica("api", old[0].Container), Sample.Start)] };

        RolloutPlanner.TakeBack(Old, seen, leaving).ShouldBeEmpty();
        RolloutPlanner.TakeBack(Old, seen, leaving with { Pending = [] }).ShouldHaveSingleItem().Percent.ShouldBe(0);
    }

    [Fact]
    public void Observed_ShareOfTheWayForwardWithoutAnswer_IsWaitedForOnTheWayBack()
    {
        var share = new PendingEffect(new SetShare("api", 100, ImmutableSortedDictionary<string, int>.Empty), Sample.Start);
        var back = State(DeploymentPhase.RollingBack) with { Since = Sample.Start.AddSeconds(1), Pending = [share] };
        var seen = new Observed(new ObservedEnvironment([.. Replicas(New, 100)]));

        DeploymentMachine.Decide(back, seen, Plan, Sample.Start.AddSeconds(2)).State.Pending.ShouldBe([share]);
        DeploymentMachine.Decide(back with { Pending = [] }, seen, Plan, Sample.Start.AddSeconds(2)).State.Pending.ShouldNotBeEmpty();
    }

    [Fact]
    public void Decide_ClockWasSetBack_NothingLiesInTheFuture()
    {
        var state = State(DeploymentPhase.Rolling) with { Began = Sample.Start.AddMinutes(20), Since = Sample.Start.AddMinutes(21) };

        var next = DeploymentMachine.Decide(state, new Observed(new ObservedEnvironment([])), Plan, Sample.Start).State;

        (next.Began, next.Since).ShouldBe((Sample.Start, Sample.Start));
    }

    [Fact]
    public void Next_StoppedReplicaWhoseStartLiesInTheFuture_IsStartedNotBlamed()
    {
        var stopped = Replicas(Old, 0)[0] with { Process = ReplicaProcess.Exited, Ready = false, Traffic = ReplicaTraffic.None, Since = Sample.Start.AddMinutes(20) };

        var step = RolloutPlanner.Next(Sample.Plan(Old), Side.Target, Old.Service("api")!, [stopped], State(DeploymentPhase.Rolling), Sample.Start);

        step.Failure.ShouldBeNull();
        step.Effects.ShouldContain(e => e.Key == $"start:{stopped.Container}");
    }

    private static ImmutableSortedDictionary<string, WeightedProgress> Open =>
        ImmutableSortedDictionary<string, WeightedProgress>.Empty.Add("api", WeightedProgress.At(0, isOpen: true, given: 0));

    private static RolloutStep Next(DeploymentState state, ObservedReplica[] seen) =>
        RolloutPlanner.Next(Plan, Side.Target, New.Service("api")!, seen, state, Sample.Start);

    private static DeploymentState State(DeploymentPhase phase) => DeploymentMachine.Initial(Sample.Start) with { Phase = phase };

    private static EnvironmentDesired BlueGreen(string version) => EnvironmentPlanner.Plan(
        Sample.Release(version, Sample.Api(), Sample.Db),
        Sample.Production with { Strategy = new StrategySpec { Kind = StrategyKind.BlueGreen }, Verify = [] },
        ImmutableDictionary<string, string>.Empty);

    private static ObservedReplica[] Replicas(EnvironmentDesired desired, int weight) => [.. Enumerable.Range(0, 2).Select(ordinal => new ObservedReplica
    {
        Container = RolloutPlanner.ContainerName(desired, desired.Service("api")!, ordinal),
        Service = "api",
        Revision = desired.Service("api")!.Revision,
        Ordinal = ordinal,
        Release = desired.Release,
        ImageDigest = desired.Service("api")!.Image.Digest,
        Process = ReplicaProcess.Running,
        Since = Sample.Start.AddMinutes(-1),
        Ready = true,
        Traffic = weight == 0 ? ReplicaTraffic.Standby : ReplicaTraffic.Serving,
        Weight = weight,
    })];
}
