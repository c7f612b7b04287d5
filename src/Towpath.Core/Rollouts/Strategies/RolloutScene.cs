using Towpath.Core.Applications;
using Towpath.Core.Environments;

namespace Towpath.Core.Rollouts.Strategies;

/// <summary>One service in the middle of its rollout: what is wanted of it, what is there, and what is under way.</summary>
internal sealed class RolloutScene
{
    private readonly Leaving _leaving;

    public RolloutScene(
        DeploymentPlan plan, Side side, ServiceDesired service, IEnumerable<ObservedReplica> observed, DeploymentState state, DateTimeOffset now)
    {
        (Plan, Side, Service, State, Now) = (plan, side, service, state, now);
        _leaving = new Leaving(plan, side);
        Desired = plan.Of(side);
        var all = observed.ToList();
        Current = [.. all.Where(r => r.Revision == service.Revision && r.Ordinal < service.Replicas)];
        Stale = [.. all.Except(Current).OrderBy(r => r.Since)];
    }

    public DeploymentPlan Plan { get; }

    public EnvironmentDesired Desired { get; }

    public Side Side { get; }

    public ServiceDesired Service { get; }

    public DeploymentState State { get; }

    public DateTimeOffset Now { get; }

    /// <summary>Replicas that are wanted.</summary>
    public List<ObservedReplica> Current { get; }

    /// <summary>All others of the service, oldest first.</summary>
    public List<ObservedReplica> Stale { get; }

    /// <summary>Somebody counts the requests of replicas: the gateway of containers does, in a cluster nobody does.</summary>
    public bool IsCounted => Desired.Environment.Engine != EngineKind.Kubernetes;

    public bool IsBusy(ObservedReplica replica) => State.IsBusy(replica.Container);

    /// <summary>It takes its full share of the requests; a job has done its work.</summary>
    public bool IsSettled(ObservedReplica replica) => Service.Strategy == RolloutStrategy.Job
        ? replica is { Process: ReplicaProcess.Exited, ExitCode: 0 }
        : IsServing(replica) && (!Service.BehindGateway || replica.Weight == AdmitReplica.FullWeight);

    /// <summary>It does the work of a replica, with whatever share.</summary>
    public bool IsServing(ObservedReplica replica) =>
        replica is { Process: ReplicaProcess.Running, Ready: true } && (!Service.BehindGateway || replica.Traffic == ReplicaTraffic.Serving);

    /// <summary>It could take requests at once: the gateway, which checks it all the time, finds it up; with or without a share.</summary>
    public static bool IsUp(ObservedReplica replica) =>
        replica is { Process: ReplicaProcess.Running, Traffic: ReplicaTraffic.Serving or ReplicaTraffic.Standby };

    /// <summary>The gateway sends to it by its weight as soon as it is up.</summary>
    public static bool IsKnown(ObservedReplica replica) =>
        replica.Traffic is ReplicaTraffic.Serving or ReplicaTraffic.Standby or ReplicaTraffic.Joining;

    public bool IsAtRest(ObservedReplica replica) => _leaving.IsAtRest(replica);

    public bool IsOfTheReleaseBefore(ObservedReplica replica) => _leaving.IsOfTheReleaseBefore(replica);

    public Effect Leave(ObservedReplica replica) => _leaving.Of(replica);

    /// <summary>Missing replicas up to a number, and those that stand still, as far as bounds permit.</summary>
    /// <param name="wanted">Replicas wanted for now, at most those of the service.</param>
    /// <param name="room">Replicas that there is room for beyond those that live.</param>
    public IEnumerable<Effect> Starts(int wanted, int room)
    {
        var underWay = Current.Count(r => !IsServing(r) && !IsUp(r) && IsAlive(r));
        var most = Math.Min(room, Math.Max(1, Plan.Policy.Surge) - underWay);
        foreach (var ordinal in Enumerable.Range(0, wanted))
        {
            var replica = Current.Find(r => r.Ordinal == ordinal);
            if (replica is not null && (IsAlive(replica) || IsSettled(replica))) continue;
            if (most-- <= 0) yield break;
            yield return new StartReplica(Side, Service.Name, ordinal, RolloutPlanner.ContainerName(Desired, Service, ordinal));
        }
    }

    /// <summary>Its process runs, or the engine starts it again by itself.</summary>
    public static bool IsAlive(ObservedReplica replica) => replica.Process is ReplicaProcess.Running or ReplicaProcess.Restarting;

    /// <summary>Why a wanted replica can't come to serve, or null.</summary>
    public Diagnostics.Diagnostic? Failure => Current
        // One that is being started may be seen at any stage of it: it is judged when the start has been answered.
        .Where(r => !IsBusy(r)).Select(FailureOf).FirstOrDefault(d => d is not null);

    private Diagnostics.Diagnostic? FailureOf(ObservedReplica replica)
    {
        // What stood still before this deployment began is mended by a start, not blamed on the release.
        // A start that lies in the future was before the clock was set back.
        var startedHere = replica.Since >= State.Began && replica.Since <= Now;
        if (replica.Process == ReplicaProcess.Exited && !IsSettled(replica))
            return startedHere ? RolloutDiagnostics.ReplicaExited(Desired, Service, replica) : null;
        if (replica.Ready || IsUp(replica)) return null;
        if (startedHere && replica.Restarts > Plan.Policy.MaxRestarts) return RolloutDiagnostics.ReplicaExited(Desired, Service, replica);
        var limit = Service.Strategy == RolloutStrategy.Job ? TimeSpan.FromMinutes(30) : Plan.Policy.ReadyTimeout;
        // One that was there before has its time from where this phase began to want it.
        var since = startedHere && replica.Since > State.Since ? replica.Since : State.Since;
        return replica.Process == ReplicaProcess.Running && Now - since > limit
            ? RolloutDiagnostics.NeverReady(Desired, Service, replica, limit)
            : null;
    }
}
