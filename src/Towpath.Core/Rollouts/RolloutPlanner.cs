using System.Collections.Immutable;
using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;

namespace Towpath.Core.Rollouts;

/// <summary>Where the rollout of one service stands, and what to do next for it.</summary>
/// <param name="Settled">Exactly the wanted replicas are there, ready and serving.</param>
/// <param name="Effects">What to do now.</param>
/// <param name="Failure">Why it can't settle, or null.</param>
public sealed record RolloutStep(bool Settled, ImmutableArray<Effect> Effects, Diagnostic? Failure = null)
{
    internal static RolloutStep Done { get; } = new(true, []);

    internal static RolloutStep Waiting { get; } = new(false, []);

    internal static RolloutStep Do(params ImmutableArray<Effect> effects) => new(false, effects);

    internal static RolloutStep Failed(Diagnostic failure) => new(false, [], failure);
}

/// <summary>
/// Level-triggered: from what is wanted and what is there to the next steps, without memory of earlier ones. A crash between any two
/// steps is therefore just another observation.
/// </summary>
public static class RolloutPlanner
{
    /// <summary>Name of the container of a replica.</summary>
    public static string ContainerName(EnvironmentDesired environment, ServiceDesired service, int ordinal) =>
        $"{environment.Application}-{environment.Environment.Name}-{service.Name}-{service.Revision}-{ordinal}";

    /// <summary>Next steps for a service that the release has.</summary>
    /// <param name="environment">What is wanted.</param>
    /// <param name="side">Which side of the deployment <paramref name="environment"/> is.</param>
    /// <param name="service">The service in it.</param>
    /// <param name="observed">All replicas of the service, of any revision.</param>
    /// <param name="state">Effects under way.</param>
    /// <param name="policy">Bounds.</param>
    /// <param name="now">The time.</param>
    public static RolloutStep Next(
        EnvironmentDesired environment, Side side, ServiceDesired service, IReadOnlyList<ObservedReplica> observed,
        DeploymentState state, RolloutPolicy policy, DateTimeOffset now)
    {
        var current = observed.Where(r => r.Revision == service.Revision && r.Ordinal < service.Replicas).ToList();
        var stale = observed.Except(current).OrderBy(r => r.Since).ToList();
        // A replica that this release did not create was good once: it is mended by a start, not blamed on the release.
        // One that is being started may be seen at any stage of it: it is judged when the start has been answered.
        var failure = current.Where(r => r.Release == environment.Release && !state.IsBusy(r.Container))
            .Select(r => FailureOf(environment, service, r, policy, now)).FirstOrDefault(d => d is not null);
        if (failure is not null) return RolloutStep.Failed(failure);

        // A start that is under way for the other release may not show yet: it ends first, or two would share the volume.
        if (service.Strategy == RolloutStrategy.Recreate
            && state.Pending.Any(p => p.Effect is StartReplica start && start.Service == service.Name && start.Container != ContainerName(environment, service, start.Ordinal)))
            return RolloutStep.Waiting;
        if (service.Strategy != RolloutStrategy.Rolling && stale.Count > 0)
            return Unless(state, stale.Select(r => (Effect)new RetireReplica(service.Name, r.Container)));
        var effects = new List<Effect>();
        effects.AddRange(Starts(environment, side, service, current, policy));
        effects.AddRange(current
            .Where(r => service.BehindGateway && r.Process == ReplicaProcess.Running && r.Ready && r.Traffic != ReplicaTraffic.Serving)
            .Select(r => new AdmitReplica(side, service.Name, r.Container)));
        effects.AddRange(Retirements(service, current, stale));
        return effects.Count == 0 && stale.Count == 0 && current.Count(r => IsSettled(service, r)) == service.Replicas
            ? RolloutStep.Done
            : Unless(state, effects);
    }

    /// <summary>Next steps for replicas of a service that the release does not have.</summary>
    public static RolloutStep Remove(IReadOnlyList<ObservedReplica> observed, DeploymentState state) =>
        observed.Count == 0 ? RolloutStep.Done : Unless(state, observed.Select(r => (Effect)new RetireReplica(r.Service, r.Container)));

    private static RolloutStep Unless(DeploymentState state, IEnumerable<Effect> effects) =>
        RolloutStep.Do([.. effects.Where(e => !state.IsPending(e.Key) && (e.Target is null || !state.IsBusy(e.Target)))]);

    private static bool IsSettled(ServiceDesired service, ObservedReplica replica) => service.Strategy == RolloutStrategy.Job
        ? replica is { Process: ReplicaProcess.Exited, ExitCode: 0 }
        : replica is { Process: ReplicaProcess.Running, Ready: true } && (!service.BehindGateway || replica.Traffic == ReplicaTraffic.Serving);

    /// <summary>Missing replicas, and those that stand still, as far as the surge permits.</summary>
    private static IEnumerable<Effect> Starts(
        EnvironmentDesired environment, Side side, ServiceDesired service, List<ObservedReplica> current, RolloutPolicy policy)
    {
        var underWay = current.Count(r => !IsSettled(service, r) && (r.Process is ReplicaProcess.Running or ReplicaProcess.Restarting));
        foreach (var ordinal in Enumerable.Range(0, service.Replicas))
        {
            var replica = current.Find(r => r.Ordinal == ordinal);
            if (replica is not null && (IsSettled(service, replica) || replica.Process is ReplicaProcess.Running or ReplicaProcess.Restarting)) continue;
            if (underWay++ >= policy.Surge) yield break;
            yield return new StartReplica(side, service.Name, ordinal, ContainerName(environment, service, ordinal));
        }
    }

    /// <summary>Old replicas that are not needed: those that do nothing at once, serving ones as new ones have taken over.</summary>
    private static IEnumerable<Effect> Retirements(ServiceDesired service, List<ObservedReplica> current, List<ObservedReplica> stale)
    {
        var serving = current.Count(r => IsSettled(service, r));
        // One that the gateway knows but finds down just now may be up again in a moment: it is kept until others have taken over.
        var staleServing = stale
            .Where(r => r.Process == ReplicaProcess.Running && (!service.BehindGateway || r.Traffic is ReplicaTraffic.Serving or ReplicaTraffic.Joining))
            .OrderBy(r => r.Traffic == ReplicaTraffic.Serving).ToList();
        var surplus = serving + staleServing.Count - service.Replicas;
        // With no replica wanted, nothing has to take over.
        if (service.Replicas == 0) surplus = staleServing.Count;
        return stale.Except(staleServing).Concat(staleServing.Take(Math.Max(0, surplus)))
            .Select(r => new RetireReplica(service.Name, r.Container));
    }

    private static Diagnostic? FailureOf(
        EnvironmentDesired environment, ServiceDesired service, ObservedReplica replica, RolloutPolicy policy, DateTimeOffset now)
    {
        if (replica.Process == ReplicaProcess.Exited && !(service.Strategy == RolloutStrategy.Job && replica.ExitCode == 0))
            return RolloutDiagnostics.ReplicaExited(environment, service, replica);
        if (replica.Traffic == ReplicaTraffic.Serving || replica.Ready) return null;
        if (replica.Restarts > policy.MaxRestarts) return RolloutDiagnostics.ReplicaExited(environment, service, replica);
        var limit = service.Strategy == RolloutStrategy.Job ? TimeSpan.FromMinutes(30) : policy.ReadyTimeout;
        return replica.Process == ReplicaProcess.Running && now - replica.Since > limit
            ? RolloutDiagnostics.NeverReady(environment, service, replica, limit)
            : null;
    }
}
