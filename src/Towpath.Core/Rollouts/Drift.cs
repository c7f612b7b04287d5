using System.Globalization;
using Towpath.Core.Environments;
using Towpath.Core.Rollouts.Strategies;

namespace Towpath.Core.Rollouts;

/// <summary>Something in an environment at rest that is not as its release left it.</summary>
/// <param name="Key">The same for as long as it lasts.</param>
/// <param name="Service">Service, or null for the environment's own.</param>
/// <param name="Text">What was found, in a sentence for people.</param>
public sealed record Drift(string Key, string? Service, string Text)
{
    /// <summary>All that drifted.</summary>
    /// <param name="plan">What should be there.</param>
    /// <param name="isWarm">The release before is kept ready to come back.</param>
    /// <param name="observed">What is there.</param>
    /// <param name="told">What was told, by key: what is on its way back to order counts until it is there.</param>
    public static IEnumerable<Drift> Find(DeploymentPlan plan, bool isWarm, ObservedEnvironment observed, IReadOnlyDictionary<string, string> told)
    {
        if (!observed.GatewayRuns) yield return new Drift("gateway", null, "the gateway does not run");
        foreach (var service in plan.Target.Services.Where(s => s.Strategy != RolloutStrategy.Job))
        {
            foreach (var ordinal in Enumerable.Range(0, service.Replicas))
            {
                var name = RolloutPlanner.ContainerName(plan.Target, service, ordinal);
                var replica = observed.Replicas.FirstOrDefault(r => r.Service == service.Name && r.Revision == service.Revision && r.Ordinal == ordinal);
                var (kind, what) = OfWanted(service, replica, observed.GatewayRuns);
                var key = $"{kind}:{name}";
                if (what is not null || (told.ContainsKey(key) && !IsInOrder(service, replica)))
                    yield return new Drift(key, service.Name, string.Create(CultureInfo.InvariantCulture, $"{service.Name} #{ordinal + 1} {what ?? "comes back"}"));
            }
        }
        foreach (var change in observed.Changes) yield return new Drift(change.Key, change.Service, change.Text);
        var leaving = new Leaving(plan, Side.Target);
        foreach (var replica in observed.Replicas.Where(r => !IsWanted(plan.Target, r)))
        {
            var isKept = isWarm && leaving.IsKept(replica);
            if (isKept && !leaving.IsAtRest(replica))
                yield return new Drift($"parked:{replica.Container}", replica.Service, $"{replica.Container}, which is only kept ready, is at work");
            else if (!isKept && !IsIdle(plan, replica))
                yield return new Drift($"extra:{replica.Container}", replica.Service, $"{replica.Container} is no part of {plan.Target.Release}, and is at work");
        }
    }

    /// <summary>Replicas that do nothing, and that nobody waits for any more: of the release before, when it is no longer kept warm, and of others.</summary>
    public static (IEnumerable<ObservedReplica> OfTheReleaseBefore, IEnumerable<ObservedReplica> OfOthers) Leftovers(
        DeploymentPlan plan, bool isWarm, ObservedEnvironment observed)
    {
        var leaving = new Leaving(plan, Side.Target);
        var idle = observed.Replicas.Where(r => !IsWanted(plan.Target, r) && IsIdle(plan, r)).ToLookup(leaving.IsOfTheReleaseBefore);
        return (isWarm && plan.Target.Environment.Warm > TimeSpan.Zero ? [] : idle[true], idle[false]);
    }

    private static (string Kind, string? What) OfWanted(ServiceDesired service, ObservedReplica? replica, bool gatewayRuns) => replica switch
    {
        null => ("replica", "is gone"),
        { Process: ReplicaProcess.Exited } => ("replica", $"has ended with exit code {replica.ExitCode}"),
        { Process: ReplicaProcess.Created } => ("replica", "was never started"),
        // What the engine starts again by itself, or what fails its check, is no drift: nobody changed it.
        { Process: ReplicaProcess.Restarting } or { Ready: false } => ("replica", null),
        _ when !service.BehindGateway || !gatewayRuns => ("replica", null),
        { Traffic: ReplicaTraffic.None } => ("replica", "is not known to the gateway"),
        { Traffic: ReplicaTraffic.Draining } => ("replica", "was taken out of the gateway's service"),
        { Traffic: ReplicaTraffic.Joining } => ("replica", null),
        { Weight: not AdmitReplica.FullWeight } => ("weight", $"has weight {replica.Weight} at the gateway, not {AdmitReplica.FullWeight}"),
        _ => ("replica", null),
    };

    private static bool IsInOrder(ServiceDesired service, ObservedReplica? replica) =>
        replica is { Process: ReplicaProcess.Running, Ready: true } && (!service.BehindGateway || replica.Traffic == ReplicaTraffic.Serving);

    private static bool IsWanted(EnvironmentDesired desired, ObservedReplica replica) =>
        desired.Service(replica.Service) is { } service && service.Revision == replica.Revision && replica.Ordinal < service.Replicas;

    /// <summary>Its process does not run, or waits for requests that nobody sends.</summary>
    private static bool IsIdle(DeploymentPlan plan, ObservedReplica replica) => !RolloutScene.IsAlive(replica)
        || (replica.Traffic == ReplicaTraffic.None && (plan.Target.Service(replica.Service) ?? plan.Previous?.Service(replica.Service)) is { BehindGateway: true });
}
