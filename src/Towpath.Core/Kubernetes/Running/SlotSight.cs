using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Towpath.Core.Kubernetes.Status;
using Towpath.Core.Rollouts;
using Readiness = Towpath.Core.Kubernetes.Status.Readiness;

namespace Towpath.Core.Kubernetes.Running;

/// <summary>
/// The two workloads of a service as deployments see them: two replicas with weights. The first is replica 0 of its revision. So is the second, until the
/// first has the same revision: then it is replica 1, which nobody wants any more.
/// </summary>
public static class SlotSight
{
    /// <summary>The unit that has the service's name.</summary>
    /// <param name="seen">As one that rolls is seen.</param>
    /// <param name="weights">The shares; null where there are none: all of its ready pods take requests.</param>
    /// <param name="unit">It.</param>
    public static ObservedReplica First(ObservedReplica seen, SlotWeights? weights, JsonObject unit)
    {
        if (weights is null) return seen;
        if (weights.Stable is not { } weight || unit.Text("kind") != "Deployment") return seen with { Traffic = ReplicaTraffic.None, Weight = 0 };
        // A pod that is missing for a moment does not make it one that can't be gone back to.
        var isUp = seen.Ready || unit.Number("status", "availableReplicas") > 0;
        return seen with { Weight = weight, Traffic = !isUp ? ReplicaTraffic.Joining : weight > 0 ? ReplicaTraffic.Serving : ReplicaTraffic.Standby };
    }

    /// <summary>The second unit. It is up for as long as some of its pods are ready and none of the others fails; those have the time that a replica has.</summary>
    /// <param name="seen">As one that rolls is seen.</param>
    /// <param name="weights">The shares; null where there are none: all of its ready pods take requests.</param>
    /// <param name="unit">It.</param>
    /// <param name="pods">Its pods of its revision.</param>
    /// <param name="view">What is wanted, and until when.</param>
    public static ObservedReplica Second(ObservedReplica seen, SlotWeights? weights, JsonObject unit, ImmutableArray<JsonObject> pods, SlotView view)
    {
        var weight = weights?.Canary ?? AdmitReplica.FullWeight;
        // What an earlier deployment left behind and nobody asks goes at once.
        if (weight == 0 && seen.Revision != view.Wanted) return seen with { Traffic = ReplicaTraffic.None, Weight = 0 };
        var unready = pods.Where(p => p.Condition("Ready").Text("status") != "True").ToList();
        var fails = unready.Exists(HasEnded) || view.Readiness == Readiness.Failed;
        var since = seen.Ready || fails ? seen.Since : unready.Select(UnreadySince).Append(seen.Since).Max();
        since = since > view.Now && seen.Since <= view.Now ? view.Now : since;
        var isUp = seen.Ready || (!fails && unit.Number("status", "readyReplicas") > 0 && view.Now - since <= view.Limit);
        return (view.Readiness == Readiness.Failed && weights is { Canary: > 0 } ? Ended(seen, unready) : seen) with
        {
            Since = since,
            Weight = weight,
            Traffic = !isUp ? ReplicaTraffic.Joining : weight > 0 ? ReplicaTraffic.Serving : ReplicaTraffic.Standby,
        };
    }

    /// <summary>One that has a share of the requests and fails for good is not waited for.</summary>
    private static ObservedReplica Ended(ObservedReplica seen, List<JsonObject> unready) => seen with
    {
        Process = ReplicaProcess.Exited,
        ExitCode = (int)(Containers(unready).Select(c => c.Number("lastState", "terminated", "exitCode") ?? c.Number("state", "terminated", "exitCode")).FirstOrDefault(c => c is not null) ?? 1),
    };

    private static bool HasEnded(JsonObject pod) => Containers([pod]).Any(c => c.Number("restartCount") > 0);

    private static IEnumerable<JsonObject> Containers(IEnumerable<JsonObject> pods) => pods.SelectMany(p => p.Items("status", "containerStatuses")).Where(c => !c.Flag("ready"));

    private static DateTimeOffset UnreadySince(JsonObject pod) =>
        pod.Condition("Ready").Time("lastTransitionTime") ?? pod.Time("metadata", "creationTimestamp") ?? DateTimeOffset.MinValue;
}

/// <summary>What a second unit is looked at with.</summary>
/// <param name="Wanted">The revision that is wanted; null where the service is not.</param>
/// <param name="Readiness">What the reader of its kind says.</param>
/// <param name="Limit">How long a replica may take to become ready.</param>
/// <param name="Now">The time.</param>
public sealed record SlotView(string? Wanted, Readiness Readiness, TimeSpan Limit, DateTimeOffset Now);
