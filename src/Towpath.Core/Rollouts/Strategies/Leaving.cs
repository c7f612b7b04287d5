using Towpath.Core.Environments;

namespace Towpath.Core.Rollouts.Strategies;

/// <summary>
/// What becomes of replicas that a side does not want. On the way forward those of the release before are parked for as long as the
/// environment keeps it warm; all others, and everything on the way back, are retired.
/// </summary>
internal sealed class Leaving(DeploymentPlan plan, Side side)
{
    /// <summary>It belongs to the release before, which is to stay ready to come back.</summary>
    public bool IsKept(ObservedReplica replica) =>
        plan.Target.Environment.Warm > TimeSpan.Zero && IsOfTheReleaseBefore(replica);

    /// <summary>On the way forward: it belongs to the release before.</summary>
    public bool IsOfTheReleaseBefore(ObservedReplica replica) =>
        side == Side.Target && Before(replica) is { } before && before.Revision == replica.Revision && replica.Ordinal < before.Replicas;

    /// <summary>It is parked already: nothing has to be done about it.</summary>
    public bool IsAtRest(ObservedReplica replica) =>
        IsKept(replica) && replica.Traffic == ReplicaTraffic.None && (!Stops(replica) || replica.Process is ReplicaProcess.Exited or ReplicaProcess.Created);

    /// <summary>The effect by which it goes.</summary>
    public Effect Of(ObservedReplica replica) => IsKept(replica)
        ? new ParkReplica(replica.Service, replica.Container, Stops(replica))
        : new RetireReplica(replica.Service, replica.Container);

    /// <summary>A process that nobody sends requests to works on its own, and one with a volume must not meet its successor.</summary>
    private bool Stops(ObservedReplica replica) =>
        Before(replica) is not { BehindGateway: true, Strategy: not RolloutStrategy.Recreate }
        || plan.Target.Service(replica.Service)?.Strategy == RolloutStrategy.Recreate;

    private ServiceDesired? Before(ObservedReplica replica) => plan.Previous?.Service(replica.Service);
}
