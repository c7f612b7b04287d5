using Towpath.Core.Diagnostics;
using Towpath.Core.Kubernetes.Manifests;
using Towpath.Core.Kubernetes.Planning;

namespace Towpath.Core.Kubernetes.Objects;

/// <summary>How many pods there are at least: while nodes are emptied (PodDisruptionBudget), and under load (HorizontalPodAutoscaler).</summary>
internal static class AvailabilityObjects
{
    private const int UsualCpu = 70;
    private const string RequestMetric = "http_requests_per_second";

    /// <summary>An autoscaler decides how many replicas there are.</summary>
    public static bool IsScaled(Workload workload) =>
        workload.Spec.Delivery.Scale is { } scale && scale.Max > scale.Min && workload.Kind is (WorkloadKind.Deployment or WorkloadKind.StatefulSet);

    /// <summary>The budget and the autoscaler of a workload.</summary>
    public static IEnumerable<ManifestObject> Of(ClusterPlan plan, Workload workload, DiagnosticBag bag)
    {
        if (workload.Kind is not (WorkloadKind.Deployment or WorkloadKind.StatefulSet))
        {
            yield break;
        }

        yield return Budget(plan, workload);
        if (IsScaled(workload))
        {
            yield return Autoscaler(plan, workload, bag);
        }
    }

    private static ManifestObject Budget(ClusterPlan plan, Workload workload)
    {
        var spec = new ManifestMap { { "maxUnavailable", 1 }, { "selector", new ManifestMap { { "matchLabels", ObjectNames.Selector(plan, workload.Name) } } } };
        // A pod that does not work anyway must not keep a node from being emptied.
        spec.Add("unhealthyPodEvictionPolicy", plan.Request.Version.IsAtLeast(27) ? "AlwaysAllow" : null);
        return ManifestObject.Of(
            ServedApis.Disruption(plan.Request), "PodDisruptionBudget", ObjectNames.Meta(plan, workload.Name, workload.Name),
            new Origin("nodes are emptied one pod at a time"), ("spec", spec));
    }

    private static ManifestObject Autoscaler(ClusterPlan plan, Workload workload, DiagnosticBag bag)
    {
        var scale = workload.Spec.Delivery.Scale!;
        var metrics = new ManifestList();
        if (scale.Cpu is not null || (scale.Memory is null && scale.RequestsPerSecond is null))
        {
            metrics.Add(Utilization("cpu", scale.Cpu ?? UsualCpu));
        }

        if (scale.Memory is { } memory)
        {
            metrics.Add(Utilization("memory", memory));
        }

        if (scale.RequestsPerSecond is { } requests)
        {
            bag.Add(KubernetesDiagnostics.MetricNeeded(scale.Location, workload.Service.Name, RequestMetric));
            metrics.Add(new ManifestMap
            {
                { "type", "Pods" },
                { "pods", new ManifestMap { { "metric", new ManifestMap { { "name", RequestMetric } } }, { "target", new ManifestMap { { "type", "AverageValue" }, { "averageValue", Quantity.Cpus(requests) } } } } },
            });
        }

        var spec = new ManifestMap
        {
            { "scaleTargetRef", new ManifestMap { { "apiVersion", "apps/v1" }, { "kind", workload.Kind.ToString() }, { "name", workload.Name } } },
            { "minReplicas", scale.Min },
            { "maxReplicas", scale.Max },
            { "metrics", metrics },
            { "behavior", new ManifestMap { { "scaleDown", new ManifestMap { { "stabilizationWindowSeconds", 300 } } } } },
        };
        return ManifestObject.Of(
            ServedApis.Autoscaler(plan.Request), "HorizontalPodAutoscaler", ObjectNames.Meta(plan, workload.Name, workload.Name),
            new Origin($"`x-towpath.scale` of {workload.Service.Name}", scale.Location), ("spec", spec));
    }

    private static ManifestMap Utilization(string resource, int percent) => new()
    {
        { "type", "Resource" },
        { "resource", new ManifestMap { { "name", resource }, { "target", new ManifestMap { { "type", "Utilization" }, { "averageUtilization", percent } } } } },
    };
}
