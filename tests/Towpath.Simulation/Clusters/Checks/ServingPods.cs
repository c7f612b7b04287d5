using System.Text.Json.Nodes;
using Towpath.Core.Applications;
using Towpath.Core.Environments;
using Towpath.Core.Kubernetes.Objects;
using Towpath.Core.Kubernetes.Planning;
using Towpath.Core.Kubernetes.Status;
using Towpath.Simulation.Clusters.Server;
using Towpath.Simulation.Clusters.World;

namespace Towpath.Simulation.Clusters.Checks;

/// <summary>Nobody takes the last pod away that takes a service's requests, unless the world has just done something there, or the release in its place serves.</summary>
internal sealed class ServingPods(ClusterWorld world, ClusterLedger ledger) : ClusterCheck
{
    private static readonly TimeSpan Aftermath = TimeSpan.FromSeconds(90);

    /// <inheritdoc/>
    public override void PodEnds(StoredObject pod, string why)
    {
        if (!pod.IsOurs || !ObjectStore.IsReady(pod) || world.Undisturbed(pod.Space) < Aftermath) return;
        if (ledger.Find(pod.Space) is not { } place || ledger.Current(place) is not { } current || Of(current, pod) is not { } service || IsAlone(service)) return;
        if (!world.Store.All(ServedKind.Service, pod.Space).Exists(s => pod.Fits(s.Body.At("spec", "selector") as JsonObject) && world.Store.Endpoints(s).Count() == 1)) return;
        var active = ledger.Active(place);
        var target = active is null ? current : ledger.Desired(place, active.Release);
        if (Of(target, pod) is null or { Replicas: 0 } ? IsUp(target) : Of(target, pod) is { } wanted && IsAlone(wanted)) return;
        world.Checks.Violate($"nobody serves {service.Name} in {place.Environment} any more: its last pod {pod.Name} goes by {why}");
    }

    /// <summary>All of a release serves.</summary>
    private bool IsUp(EnvironmentDesired desired) => desired.Services.All(s => s.Strategy == RolloutStrategy.Job || world.Store.All(ServedKind.Pod, desired.Environment.NamespaceFor(desired.Application))
        .Exists(p => ObjectStore.IsReady(p) && p.Label(ObjectNames.Name) == ServiceNames.Of(s.Name) && p.Label(ObjectNames.Revision) == s.PodRevision));

    private static ServiceDesired? Of(EnvironmentDesired desired, StoredObject pod) => desired.Services.FirstOrDefault(s => ServiceNames.Of(s.Name) == pod.Label(ObjectNames.Name));

    // Two of them can't be there at once.
    private static bool IsAlone(ServiceDesired service) => service.Spec.IsStateful || service.Rollout.Kind == StrategyKind.Recreate;
}
