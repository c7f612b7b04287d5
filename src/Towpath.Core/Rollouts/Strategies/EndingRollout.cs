using Towpath.Core.Environments;

namespace Towpath.Core.Rollouts.Strategies;

/// <summary>The old processes have ended before the new ones start: services that own a volume, and jobs.</summary>
internal static class EndingRollout
{
    public static RolloutStep Next(RolloutScene scene)
    {
        // A start that is under way for the other release may not show yet: it ends first, or two would share the volume.
        if (scene.Service.Strategy == RolloutStrategy.Recreate && StartsAnother(scene)) return RolloutStep.Waiting;
        var leaving = scene.Stale.Where(r => !scene.IsAtRest(r)).ToList();
        return leaving.Count > 0 ? RolloutStep.Do(scene.State, leaving.Select(scene.Leave)) : PlainRollout.Next(scene);
    }

    private static bool StartsAnother(RolloutScene scene) => scene.State.Pending.Any(p => p.Effect is StartReplica start
        && start.Service == scene.Service.Name && start.Container != RolloutPlanner.ContainerName(scene.Desired, scene.Service, start.Ordinal));
}
