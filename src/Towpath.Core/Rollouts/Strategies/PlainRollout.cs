using System.Collections.Immutable;
using Towpath.Core.Environments;

namespace Towpath.Core.Rollouts.Strategies;

/// <summary>
/// Replica by replica, each with its full share at once: the rolling strategy, the way back from any strategy, and whatever has nothing to
/// be weighed against.
/// </summary>
internal static class PlainRollout
{
    public static RolloutStep Next(RolloutScene scene)
    {
        var (surge, unavailable) = Bounds(scene);
        var working = scene.Stale.Where(r => IsWorking(scene, r)).ToList();
        var living = scene.Current.Count(RolloutScene.IsAlive) + working.Count;
        List<Effect> effects =
        [
            .. scene.Starts(scene.Service.Replicas, scene.Service.Replicas + surge - living),
            .. Admissions(scene),
            .. Goings(scene, working, scene.Service.Replicas - unavailable),
        ];
        return effects.Count == 0 && scene.Stale.TrueForAll(scene.IsAtRest) && scene.Current.Count(scene.IsSettled) == scene.Service.Replicas
            ? RolloutStep.Done
            : RolloutStep.Do(scene.State, effects);
    }

    /// <summary>Wanted replicas that are ready come in with their full weight; those that have another one get it.</summary>
    public static IEnumerable<Effect> Admissions(RolloutScene scene)
    {
        if (!scene.Service.BehindGateway) yield break;
        var ready = scene.Current.Where(r => r is { Process: ReplicaProcess.Running, Ready: true }).ToList();
        foreach (var replica in ready.Where(r => r.Traffic is not (ReplicaTraffic.Serving or ReplicaTraffic.Standby)))
            yield return new AdmitReplica(scene.Side, scene.Service.Name, replica.Container);
        var others = ready.Where(r => RolloutScene.IsUp(r) && r.Weight != AdmitReplica.FullWeight).ToList();
        if (others.Count > 0)
            yield return new SetShare(scene.Service.Name, 100, others.ToImmutableSortedDictionary(r => r.Container, _ => AdmitReplica.FullWeight, StringComparer.Ordinal));
    }

    /// <summary>Old replicas that are not needed: those that do nothing at once, working ones as new ones have taken over.</summary>
    private static IEnumerable<Effect> Goings(RolloutScene scene, List<ObservedReplica> working, int least)
    {
        // One that is on its way out is no help to anybody, however it looks at this moment.
        var left = working.Where(r => !scene.IsBusy(r))
            .OrderBy(r => r.Traffic == ReplicaTraffic.Serving).ThenBy(scene.IsOfTheReleaseBefore).ToList();
        var surplus = scene.Current.Count(scene.IsServing) + left.Count - least;
        // With no replica wanted, nothing has to take over.
        if (scene.Service.Replicas == 0) surplus = left.Count;
        return scene.Stale.Where(r => !scene.IsAtRest(r)).Except(working).Concat(left.Take(Math.Max(0, surplus))).Select(scene.Leave);
    }

    /// <summary>One that the gateway knows but finds down just now may be up again in a moment: it is kept until others have taken over.</summary>
    private static bool IsWorking(RolloutScene scene, ObservedReplica replica) => replica.Process == ReplicaProcess.Running
        && (!scene.Service.BehindGateway || replica.Traffic is ReplicaTraffic.Serving or ReplicaTraffic.Joining);

    /// <summary>On the way back nothing is missing, and as many come at once as can.</summary>
    private static (int Surge, int Unavailable) Bounds(RolloutScene scene)
    {
        var wanted = scene.Service.Replicas;
        if (scene.Side != Side.Target || scene.Service.Strategy != RolloutStrategy.Rolling) return (Math.Max(1, wanted), 0);
        var surge = scene.Service.Rollout.Surge.RoundedUp(wanted);
        var unavailable = Math.Min(wanted, scene.Service.Rollout.Unavailable.RoundedDown(wanted));
        return surge + unavailable > 0 ? (surge, unavailable) : (1, 0);
    }
}
