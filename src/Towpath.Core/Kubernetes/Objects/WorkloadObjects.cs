using Towpath.Core.Applications;
using Towpath.Core.Kubernetes.Manifests;
using Towpath.Core.Kubernetes.Planning;

namespace Towpath.Core.Kubernetes.Objects;

/// <summary>What makes the pods of a service that runs on: Deployment, StatefulSet, DaemonSet.</summary>
internal sealed class WorkloadObjects(ClusterPlan plan, PodTemplate templates)
{
    private const int KeptRevisions = 3;
    private static readonly Origin Rolling = new("a new pod is ready before an old one ends");

    /// <summary>The object of a workload, and what its pods need before it.</summary>
    public IEnumerable<ManifestObject> Of(Workload workload)
    {
        var parts = new PodParts();
        var template = templates.OfService(workload, parts);
        var body = workload.Kind switch
        {
            WorkloadKind.StatefulSet => StatefulSet(workload, template, parts),
            WorkloadKind.DaemonSet => DaemonSet(workload, template),
            _ => Deployment(workload, template),
        };
        var meta = ObjectNames.OfWorkload(plan, workload, workload.Name);
        return parts.Objects.Append(ManifestObject.Of("apps/v1", workload.Kind.ToString(), meta, workload.KindOrigin, ("spec", body)));
    }

    private ManifestMap Deployment(Workload workload, ManifestMap template)
    {
        var spec = new ManifestMap();
        AddReplicas(spec, workload);
        spec.Add("revisionHistoryLimit", KeptRevisions);
        // What has no probe counts as ready at once; a few seconds tell whether it stays.
        spec.Add("minReadySeconds", HasProbe(template) ? (ManifestNode?)null : 5);
        spec.Add("progressDeadlineSeconds", Quantity.Seconds(plan.Request.Desired.Environment.ReadyTimeout) + 300, new Origin("`ready` and the time that waits may take", plan.Request.Desired.Environment.Location));
        spec.Add("selector", new ManifestMap { { "matchLabels", ObjectNames.Selector(plan, workload.Name) } });
        spec.Add("strategy", Strategy(workload));
        spec.Add("template", template);
        return spec;
    }

    private ManifestMap StatefulSet(Workload workload, ManifestMap template, PodParts parts)
    {
        var spec = new ManifestMap();
        AddReplicas(spec, workload);
        spec.Add("serviceName", ServiceObjects.HeadlessOf(workload));
        spec.Add("podManagementPolicy", "Parallel");
        spec.Add("revisionHistoryLimit", KeptRevisions);
        spec.Add("updateStrategy", new ManifestMap { { "type", "RollingUpdate" } });
        spec.Add("selector", new ManifestMap { { "matchLabels", ObjectNames.Selector(plan, workload.Name) } });
        spec.Add("template", template);
        spec.Add("volumeClaimTemplates", parts.ClaimTemplates.OrNothing());
        return spec;
    }

    private ManifestMap DaemonSet(Workload workload, ManifestMap template) => new()
    {
        { "revisionHistoryLimit", KeptRevisions },
        { "selector", new ManifestMap { { "matchLabels", ObjectNames.Selector(plan, workload.Name) } } },
        { "updateStrategy", new ManifestMap { { "type", "RollingUpdate" }, { "rollingUpdate", new ManifestMap { { "maxUnavailable", 1 } } } } },
        { "template", template },
    };

    private static void AddReplicas(ManifestMap spec, Workload workload)
    {
        // The autoscaler owns the number: applied again, it would be reset each time.
        if (!AvailabilityObjects.IsScaled(workload))
        {
            spec.Add("replicas", workload.Replicas, workload.From(workload.Spec.Source.Keys.ContainsKey("scale") ? "scale" : "deploy"));
        }
    }

    private static ManifestMap Strategy(Workload workload)
    {
        if (workload.Service.Rollout.Kind == StrategyKind.Recreate)
        {
            return (ManifestMap)new ManifestMap { { "type", "Recreate" } }.Because(new Origin($"`strategy` of {workload.Service.Name}", workload.Spec.Location));
        }

        var cluster = workload.Cluster;
        ManifestNode atOnce = cluster.UpdateParallelism switch { null => "25%", 0 => "100%", var count => count.Value };
        var stopsFirst = cluster.UpdateStopsFirst ?? false;
        var rolling = new ManifestMap { { "maxSurge", stopsFirst ? 0 : atOnce }, { "maxUnavailable", stopsFirst ? atOnce : 0 } };
        return (ManifestMap)new ManifestMap { { "type", "RollingUpdate" }, { "rollingUpdate", rolling } }
            .Because(cluster.UpdateParallelism is null && cluster.UpdateStopsFirst is null ? Rolling : workload.From("deploy"));
    }

    private static bool HasProbe(ManifestMap template) =>
        ((template["spec"] as ManifestMap)?["containers"] as ManifestList)?[0] is ManifestMap container && container["readinessProbe"] is not null;
}
