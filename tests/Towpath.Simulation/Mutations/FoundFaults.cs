using System.Collections.Immutable;
using Towpath.Core.Environments;
using Towpath.Core.Rollouts;
using Towpath.Server.Storage;

namespace Towpath.Simulation.Mutations;

/// <summary>
/// Faults that were really in the machines until the simulator found them, each put back in from outside. docs/robustness.md tells of them.
/// </summary>
internal static class FoundFaults
{
    /// <summary>All that can be put back.</summary>
    public static ImmutableArray<Mutation> All { get; } =
    [
        Mutation.Unseen(
            "late-admission", "a replica whose admission has no answer yet counts as one that stands by",
            (state, pending) => state.Phase == DeploymentPhase.Rolling && pending.Effect is AdmitReplica),
        Mutation.Unseen(
            "counts-on-the-leaving", "on the way back a replica that is being retired counts as one that can take the requests back",
            (state, pending) => state.Phase == DeploymentPhase.RollingBack && pending.Effect is RetireReplica or ParkReplica),
        new(
            "clock-set-back", "a clock that is set back makes time limits longer by as much", machines =>
            {
                var began = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
                return machines with
                {
                    Deployment = (state, happened, plan, now) =>
                    {
                        began.TryAdd(plan.Id, state.Began);
                        var longer = began[plan.Id] > now ? began[plan.Id] - now : TimeSpan.Zero;
                        return machines.Deployment(state, happened, plan with { Policy = plan.Policy with { ReadyTimeout = plan.Policy.ReadyTimeout + longer } }, now);
                    },
                };
            }),
        new("imports-at-one-time", "two imports that end at the same time are taken for one", machines => machines)
        {
            Store = store => Misled.By(store, nameof(IStore.Imports), (inner, _) => inner.Imports().ToDictionary(i => i.Key, i => i.Value.AddTicks(-(i.Value.Ticks % Moment)), StringComparer.Ordinal)),
        },
        Mutation.Answered(
            "leftovers-lose-requests", "replicas that an earlier rollout left serving lose their requests although the others can't carry them all",
            (state, happened, plan, decision) => happened is Observed observed && decision.State.Phase == DeploymentPhase.Rolling && state.Phase == DeploymentPhase.Rolling
                ? plan.Target.Services.Aggregate(decision, (so, service) => WithoutShare(so, service, observed.Environment, state)) : decision),
    ];

    private const long Moment = TimeSpan.TicksPerMicrosecond * 100;

    private static Decision WithoutShare(Decision decision, ServiceDesired service, ObservedEnvironment observed, DeploymentState state)
    {
        var known = observed.Replicas.Where(r => r.Service == service.Name && r.Traffic is ReplicaTraffic.Serving or ReplicaTraffic.Standby).ToList();
        var early = known.Where(r => r.Revision == service.Revision && r.Weight > 0).ToList();
        if (service.Strategy is not (RolloutStrategy.Canary or RolloutStrategy.BlueGreen) || early.Count == 0 || early.Count == known.Count) return decision;
        if (state.Weighted.GetValueOrDefault(service.Name) is { } progress && (progress.IsOpen || progress.Given > 0)) return decision;
        var share = new SetShare(service.Name, 0, early.ToImmutableSortedDictionary(r => r.Container, _ => 0, StringComparer.Ordinal));
        return decision.State.IsPending(share.Key) ? decision : decision with
        {
            State = decision.State with { Pending = decision.State.Pending.Add(new PendingEffect(share, decision.State.Since)) },
        };
    }
}
