using Towpath.Core.Environments;
using Towpath.Core.Rollouts;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Rollouts;

/// <summary>The way back begins while something of the way forward is still under way.</summary>
public sealed class RollbackOverlapTests
{
    private static readonly EnvironmentDesired First = Sample.Desired("1");

    private static readonly EnvironmentDesired Second =
        Sample.Desired("2", Sample.Api(), Sample.Worker, Sample.Db with { Environment = Sample.Db.Environment.Add("TUNED", "yes") });

    private static readonly DeploymentState RollingBack = DeploymentMachine.Initial(Sample.Start) with
    {
        Phase = DeploymentPhase.RollingBack,
        Failure = RolloutDiagnostics.EffectImpossible("production", "x", "y"),
    };

    [Fact]
    public void Next_StartOfTheOtherReleaseIsUnderWayButDoesNotShow_DoesNotStartASecondOneOnTheVolume()
    {
        var start = new StartReplica(Side.Target, "db", 0, RolloutPlanner.ContainerName(Second, Second.Service("db")!, 0));
        var state = RollingBack with { Pending = [new PendingEffect(start, Sample.Start)] };

        Next(state).ShouldSatisfyAllConditions(s => s.Settled.ShouldBeFalse(), s => s.Effects.ShouldBeEmpty());

        // Answered, it shows: it goes, and only then the one of before comes back.
        var shown = Replica(start.Container, Second);
        Next(RollingBack, shown).Effects.ShouldHaveSingleItem().ShouldBe(new RetireReplica("db", start.Container));
        Next(RollingBack).Effects.ShouldHaveSingleItem().ShouldBeOfType<StartReplica>().Side.ShouldBe(Side.Previous);
    }

    [Fact]
    public void Next_OwnStartUnderWay_IsNotBegunTwice()
    {
        var own = new StartReplica(Side.Previous, "db", 0, RolloutPlanner.ContainerName(First, First.Service("db")!, 0));

        Next(RollingBack with { Pending = [new PendingEffect(own, Sample.Start)] }).Effects.ShouldBeEmpty();
    }

    [Fact]
    public void Decide_GatewayOfTheWayForwardIsUnderWay_TheWayBackWaitsForIt()
    {
        var forward = new PendingEffect(new ConfigureGateway(Side.Target), Sample.Start);
        var plan = Sample.Plan(Second, First);

        var waits = DeploymentMachine.Decide(RollingBack with { Pending = [forward] }, new Observed(new ObservedEnvironment([])), plan, Sample.Start).State;
        var goesOn = DeploymentMachine.Decide(waits, new EffectSucceeded("gateway:Target"), plan, Sample.Start).State;
        var back = DeploymentMachine.Decide(goesOn, new Observed(new ObservedEnvironment([])), plan, Sample.Start).State;

        waits.Pending.ShouldBe([forward]);
        back.Pending.Select(p => p.Effect.Key).ShouldBe(["gateway:Both"]);
    }

    private static RolloutStep Next(DeploymentState state, params ObservedReplica[] observed) => RolloutPlanner.Next(
        Sample.Plan(Second, First), Side.Previous, First.Service("db")!, observed, state, Sample.Start);

    private static ObservedReplica Replica(string container, EnvironmentDesired desired) => new()
    {
        Container = container,
        Service = "db",
        Revision = desired.Service("db")!.Revision,
        Ordinal = 0,
        Release = desired.Release,
        ImageDigest = desired.Service("db")!.Image.Digest,
        Process = ReplicaProcess.Running,
        Since = Sample.Start,
    };
}
