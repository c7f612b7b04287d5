using Towpath.Core.Applications;
using Towpath.Core.Kubernetes.Manifests;
using Towpath.Core.Kubernetes.Planning;

namespace Towpath.Core.Kubernetes.Objects;

/// <summary>Where pods run: constraints of the Compose file, and replicas spread so that no node or zone has them all.</summary>
internal static class PodPlacement
{
    private const string Host = "kubernetes.io/hostname";
    private const string Zone = "topology.kubernetes.io/zone";

    /// <summary>Adds affinity and spread to the specification of a pod.</summary>
    /// <param name="pod">The specification.</param>
    /// <param name="plan">Its environment.</param>
    /// <param name="workload">Its workload.</param>
    /// <param name="isTask">It runs once to its end: there is nothing to spread.</param>
    public static void AddTo(ManifestMap pod, ClusterPlan plan, Workload workload, bool isTask)
    {
        var affinity = new ManifestMap { { "nodeAffinity", Nodes(workload) } };
        if (workload.Cluster.MostPerNode is { } most)
        {
            // A cluster knows one and any number; the spread below keeps any other close to what is asked.
            affinity.Add("podAntiAffinity", most == 1 ? Apart(plan, workload) : null, workload.From("deploy"));
        }

        affinity.Add("podAffinity", isTask && workload.Kind == WorkloadKind.StatefulSet ? Beside(plan, workload) : null, new Origin("a volume is at one node at a time"));
        pod.Add("affinity", affinity.OrNothing());
        if (!isTask && !workload.Ends && workload.Kind != WorkloadKind.DaemonSet)
        {
            pod.Add("topologySpreadConstraints", Spread(plan, workload), new Origin("replicas are spread over nodes and zones"));
        }
    }

    private static ManifestMap? Nodes(Workload workload)
    {
        if (workload.Cluster.Constraints.IsEmpty)
        {
            return null;
        }

        var expressions = new ManifestList();
        foreach (var constraint in workload.Cluster.Constraints)
        {
            // Nodes of the control plane carry their label with any value or none.
            var isRole = constraint.Label == PlacementConstraint.ControlPlane;
            var how = isRole ? constraint.IsEqual ? "Exists" : "DoesNotExist" : constraint.IsEqual ? "In" : "NotIn";
            expressions.Add(new ManifestMap { { "key", constraint.Label }, { "operator", how }, { "values", isRole ? null : ManifestList.Of([constraint.Value]) } }
                .Because(new Origin($"`placement` of {workload.Service.Name}", constraint.Location)));
        }

        var terms = new ManifestList { new ManifestMap { { "matchExpressions", expressions } } };
        return new ManifestMap { { "requiredDuringSchedulingIgnoredDuringExecution", new ManifestMap { { "nodeSelectorTerms", terms } } } };
    }

    private static ManifestMap Apart(ClusterPlan plan, Workload workload) => new()
    {
        {
            "requiredDuringSchedulingIgnoredDuringExecution", new ManifestList
            {
                new ManifestMap { { "labelSelector", Select(plan, workload) }, { "topologyKey", Host } },
            }
        },
    };

    private static ManifestMap Beside(ClusterPlan plan, Workload workload)
    {
        var term = new ManifestMap { { "labelSelector", Select(plan, workload) }, { "topologyKey", Host } };
        return new ManifestMap { { "preferredDuringSchedulingIgnoredDuringExecution", new ManifestList { new ManifestMap { { "weight", 100 }, { "podAffinityTerm", term } } } } };
    }

    private static ManifestList Spread(ClusterPlan plan, Workload workload)
    {
        var spread = new ManifestList();
        foreach (var label in workload.Cluster.SpreadOver.Concat([Host, Zone]).Distinct())
        {
            spread.Add(new ManifestMap { { "maxSkew", 1 }, { "topologyKey", label }, { "whenUnsatisfiable", "ScheduleAnyway" }, { "labelSelector", Select(plan, workload) } });
        }

        return spread;
    }

    private static ManifestMap Select(ClusterPlan plan, Workload workload) => new() { { "matchLabels", ObjectNames.Selector(plan, workload.Name) } };
}
