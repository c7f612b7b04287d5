using System.Collections.Immutable;
using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;
using Towpath.Core.Rollouts.Strategies;

namespace Towpath.Core.Rollouts;

/// <summary>Where the rollout of one service stands, and what to do next for it.</summary>
/// <param name="Settled">Exactly the wanted replicas are there, ready and serving.</param>
/// <param name="Effects">What to do now.</param>
/// <param name="Failure">Why it can't settle, or null.</param>
public sealed record RolloutStep(bool Settled, ImmutableArray<Effect> Effects, Diagnostic? Failure = null)
{
    /// <summary>What a weighted rollout is to remember; null where that does not change.</summary>
    public WeightedProgress? Progress { get; init; }

    /// <summary>Percent of the requests that new replicas take from now on, or null where that does not change.</summary>
    public int? Reached { get; init; }

    /// <summary>Percent of the requests at which the new replicas showed what they must, or null where that is no news.</summary>
    public int? Passed { get; init; }

    internal static RolloutStep Done { get; } = new(true, []);

    internal static RolloutStep Waiting { get; } = new(false, []);

    internal static RolloutStep Failed(Diagnostic failure) => new(false, [], failure);

    /// <summary>Of the effects those that are not under way, and whose replica nothing else is done to just now.</summary>
    internal static RolloutStep Do(DeploymentState state, IEnumerable<Effect> effects) =>
        new(false, [.. effects.Where(e => !state.IsPending(e.Key) && (e.Target is null || !state.IsBusy(e.Target)))]);
}

/// <summary>
/// Level-triggered: from what is wanted and what is there to the next steps, without memory of earlier ones but for the step of a weighted
/// rollout. A crash between any two steps is therefore just another observation.
/// </summary>
public static class RolloutPlanner
{
    /// <summary>Name of the container of a replica.</summary>
    public static string ContainerName(EnvironmentDesired environment, ServiceDesired service, int ordinal) =>
        $"{environment.Application}-{environment.Environment.Name}-{service.Name}-{service.Revision}-{ordinal}";

    /// <summary>Next steps for a service that the release of a side has.</summary>
    /// <param name="plan">What is to be done.</param>
    /// <param name="side">Which release is to settle.</param>
    /// <param name="service">The service in it.</param>
    /// <param name="observed">All replicas of the service, of any revision.</param>
    /// <param name="state">Effects under way, and how far weighted rollouts have come.</param>
    /// <param name="now">The time.</param>
    public static RolloutStep Next(
        DeploymentPlan plan, Side side, ServiceDesired service, IEnumerable<ObservedReplica> observed, DeploymentState state, DateTimeOffset now)
    {
        var scene = new RolloutScene(plan, side, service, observed, state, now);
        if (scene.Failure is { } failure) return RolloutStep.Failed(failure);
        if (service.Strategy is RolloutStrategy.Recreate or RolloutStrategy.Job) return EndingRollout.Next(scene);
        return WeightedRollout.HasSomethingToWeigh(scene) ? WeightedRollout.Next(scene) : PlainRollout.Next(scene);
    }

    /// <summary>
    /// What an environment at rest lacks to be as its release wants it: replicas are started and admitted, those that nobody wants go, and
    /// nothing is blamed on the release.
    /// </summary>
    internal static RolloutStep Mend(
        DeploymentPlan plan, ServiceDesired service, IEnumerable<ObservedReplica> observed, DeploymentState state, DateTimeOffset now)
    {
        var scene = new RolloutScene(plan, Side.Target, service, observed, state, now);
        return service.Strategy == RolloutStrategy.Recreate ? EndingRollout.Next(scene) : PlainRollout.Next(scene);
    }

    /// <summary>Next steps for replicas of services that the release of a side does not have.</summary>
    public static RolloutStep Remove(DeploymentPlan plan, Side side, IEnumerable<ObservedReplica> observed, DeploymentState state)
    {
        var leaving = new Leaving(plan, side);
        var others = observed.Where(r => plan.Of(side).Service(r.Service) is null && !leaving.IsAtRest(r)).ToList();
        return others.Count == 0 ? RolloutStep.Done : RolloutStep.Do(state, others.Select(leaving.Of));
    }

    /// <summary>
    /// Takes the requests from the replicas of the release that failed, wherever those of the release before carry some now: all that live are
    /// known to the gateway. Where some were parked or are gone, capacity comes first: they come back before anything is taken.
    /// </summary>
    public static IEnumerable<SetShare> TakeBack(EnvironmentDesired previous, ObservedEnvironment observed, DeploymentState state)
    {
        foreach (var service in previous.Services.Where(s => s.BehindGateway))
        {
            var replicas = observed.Replicas.Where(r => r.Service == service.Name).ToLookup(r => r.Revision == service.Revision);
            var known = replicas.SelectMany(r => r).Where(RolloutScene.IsKnown).ToList();
            if (known.TrueForAll(r => r.Revision == service.Revision || r.Weight == 0) || !replicas[true].Any(RolloutScene.IsUp)) continue;
            // One that is on its way out since before the failure can't be counted on, however it looks at this moment.
            if (Enumerable.Range(0, service.Replicas).Any(o => !replicas[true].Any(r => r.Ordinal == o && !state.IsBusy(r.Container) && (RolloutScene.IsKnown(r) || !RolloutScene.IsAlive(r))))) continue;
            yield return new SetShare(service.Name, 0, known.ToImmutableSortedDictionary(
                r => r.Container, r => r.Revision == service.Revision ? AdmitReplica.FullWeight : 0, StringComparer.Ordinal));
        }
    }
}
